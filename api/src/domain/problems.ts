/**
 * Every problem the hub can answer (RFC 9457), and nothing else: status, retryability and texts derive from here.
 * Codes are stable: a vendor's software branches on them. Texts may improve. `{name}` is filled from the violation's params.
 */
export interface ProblemType {
  status: 200 | 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503;
  /** The same call may succeed later without change; the SDK repeats it by itself. */
  retryable?: true;
  /** Answered first, passes on the same call with `acknowledge`. */
  warning?: true;
  /** Never refuses: it accompanies a success, in its `warnings`. */
  notice?: true;
  fr: string;
  en: string;
  /** In place of the above where the violation has params: which of several it is about. */
  named?: Readonly<Record<Language, string>>;
}

const table = {
  // The call itself
  MALFORMED_BODY: {
    status: 400,
    fr: "Le corps de la requête n'est pas du JSON valide, en UTF-8.",
    en: "The request body is not valid JSON, in UTF-8.",
  },
  INVALID_REQUEST: {
    status: 400,
    fr: "La requête ne respecte pas le contrat.",
    en: "The request does not follow the contract.",
    named: {
      fr: "La requête ne respecte pas le contrat : attendu {expected}.",
      en: "The request does not follow the contract: expected {expected}.",
    },
  },
  UNKNOWN_FIELD: { status: 400, fr: "Ce champ n'existe pas.", en: "This field does not exist." },
  CURSOR_INVALID: {
    status: 400,
    fr: "Ce curseur n'est pas de ceux que le service a remis pour cette requête.",
    en: "This cursor is not one the service gave for this request.",
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    fr: "L'en-tête Idempotency-Key est requis.",
    en: "The Idempotency-Key header is required.",
  },
  UNAUTHENTICATED: { status: 401, fr: "Un jeton d'accès est requis.", en: "An access token is required." },
  INVALID_TOKEN: {
    status: 401,
    fr: "Le jeton d'accès n'est pas valide ou n'est plus valide.",
    en: "The access token is not valid, or no longer valid.",
  },
  MACHINE_SUSPENDED: {
    status: 401,
    fr: "Cet identifiant machine est suspendu.",
    en: "This machine identifier is suspended.",
  },
  // OAuth's own (RFC 6749 §5.2), answered in its form by /oauth/token
  INVALID_CLIENT: {
    status: 401,
    fr: "La machine n'a pas prouvé son identité.",
    en: "The machine has not proved its identity.",
  },
  INVALID_SCOPE: {
    status: 400,
    fr: "Une portée demandée n'est pas accordée à cette machine.",
    en: "A scope asked for is not granted to this machine.",
  },
  UNSUPPORTED_GRANT_TYPE: {
    status: 400,
    fr: "Seul grant_type=client_credentials est accepté.",
    en: "Only grant_type=client_credentials is accepted.",
  },
  FORBIDDEN: { status: 403, fr: "Cette action n'est pas permise à cet appelant.", en: "This caller may not do this." },
  INSUFFICIENT_SCOPE: {
    status: 403,
    fr: "Le jeton n'a pas la portée requise ({scope}).",
    en: "The token lacks the scope needed ({scope}).",
  },
  MACHINE_NOT_LINKED: {
    status: 403,
    fr: "Ce lieu n'est pas lié à cet identifiant machine.",
    en: "This place is not linked with this machine identifier.",
  },
  MANAGED_IN_RVSQ: {
    status: 403,
    fr: "Cette information est tenue dans RVSQ et ne peut être modifiée par le logiciel d'agenda.",
    en: "This is kept in RVSQ and cannot be changed by agenda software.",
  },
  NOT_ACTIVE_IN_RVSQ: {
    status: 403,
    fr: "Aucun dossier d'employé actif pour cette personne : inscrivez-vous ou communiquez avec l'administrateur de la clinique.",
    en: "No active employee record for this person: register, or contact the clinic's administrator.",
  },
  ESTABLISHMENT_REQUIRED: {
    status: 400,
    fr: "Indiquez l'entreprise : vous travaillez dans plus d'une.",
    en: "Name the establishment: you work in more than one.",
  },
  NOT_FOUND: { status: 404, fr: "Introuvable.", en: "Not found." },
  METHOD_NOT_ALLOWED: { status: 405, fr: "Cette méthode n'existe pas ici.", en: "This method does not exist here." },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    retryable: true,
    fr: "Une requête portant la même clé est en cours.",
    en: "A request with the same key is in progress.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    fr: "Cette clé a déjà servi à une autre requête.",
    en: "This key was already used for another request.",
  },
  CURSOR_EXPIRED: {
    status: 410,
    fr: "Ce curseur est trop ancien : le journal ne remonte plus jusque-là. Prenez un instantané (snapshots.create), ou relisez l'agenda, puis suivez de nouveau.",
    en: "This cursor is too old: the log no longer reaches back that far. Take a snapshot (snapshots.create), or read the agenda again, then follow.",
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    fr: "L'en-tête If-Match est requis : dites quelle version vous modifiez.",
    en: "The If-Match header is required: say which version you are changing.",
  },
  PRECONDITION_FAILED: {
    status: 412,
    fr: "L'objet a changé depuis la version indiquée.",
    en: "The object has changed since the version given.",
  },
  BODY_TOO_LARGE: { status: 413, fr: "Le corps de la requête est trop grand.", en: "The request body is too large." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    fr: "Ce type de contenu n'est pas accepté ici.",
    en: "This content type is not accepted here.",
    named: {
      fr: "Ce type de contenu n'est pas accepté ici : attendu {expected}, en UTF-8, sans compression.",
      en: "This content type is not accepted here: expected {expected}, in UTF-8, not compressed.",
    },
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    retryable: true,
    fr: "Trop de requêtes ; réessayez après le délai indiqué.",
    en: "Too many requests; try again after the delay given.",
  },
  INTERNAL: {
    status: 500,
    fr: "Erreur interne. Citez l'identifiant de la requête.",
    en: "Internal error. Quote the request id.",
  },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    fr: "Service momentanément indisponible.",
    en: "Service temporarily unavailable.",
  },
  // Shared by several families
  REQUIRED_FIELD: { status: 422, fr: "Ce champ est requis.", en: "This field is required." },
  FIELD_NOT_EDITABLE: {
    status: 422,
    fr: "Ce champ ne peut pas être modifié ici.",
    en: "This field cannot be changed here.",
  },
  OUT_OF_RANGE: { status: 422, fr: "Valeur hors limites.", en: "Value out of range." },
  NOT_A_PROFESSIONAL: {
    status: 422,
    fr: "Cette personne n'est pas un professionnel de la santé.",
    en: "This person is not a health professional.",
  },
  NOT_A_GMF: { status: 422, fr: "Cette entreprise n'est pas un GMF.", en: "This establishment is not a GMF." },
  // Establishments, places, employees
  PLACE_ENDED: { status: 422, fr: "Ce lieu ne fait plus partie de RVSQ.", en: "This place is no longer part of RVSQ." },
  INVALID_IDENTIFIER: {
    status: 422,
    fr: "Cet identifiant n'a pas la forme attendue.",
    en: "This identifier does not have the expected form.",
  },
  UNKNOWN_PRACTICE_CLASS: {
    status: 422,
    fr: "Ce numéro de pratique n'est d'aucune classe connue.",
    en: "This practice number is of no known class.",
  },
  EMPLOYEE_ALREADY_EXISTS: {
    status: 409,
    fr: "Cette personne est déjà employée de l'entreprise.",
    en: "This person is already an employee of the establishment.",
  },
  WORK_PLACE_REQUIRED: {
    status: 422,
    fr: "Au moins un lieu de travail est requis.",
    en: "At least one work place is required.",
  },
  PROFESSIONAL_NOT_AT_PLACE: {
    status: 422,
    fr: "Ce professionnel ne travaille pas au lieu de cette permission.",
    en: "This professional does not work at the place of this grant.",
  },
  ALREADY_LINKED: {
    status: 409,
    fr: "Ce lieu est déjà lié à un autre identifiant machine.",
    en: "This place is already linked with another machine identifier.",
  },
  INVALID_KEY: {
    status: 422,
    fr: "Cette clé publique n'est pas acceptée (P-256 ou Ed25519, sans partie privée, avec kid).",
    en: "This public key is not accepted (P-256 or Ed25519, no private part, with a kid).",
  },
  // Services and slots
  SERVICE_IMMUTABLE: {
    status: 422,
    fr: "Un service ne se modifie pas : supprimez-le et créez-en un autre.",
    en: "A service cannot be edited: delete it and create another.",
  },
  SERVICE_IN_USE: {
    status: 409,
    fr: "Ce service est sur au moins une plage à venir.",
    en: "This service is on at least one future slot.",
  },
  SERVICE_DUPLICATE: {
    status: 409,
    fr: "Ce professionnel a déjà ce service.",
    en: "This professional already has this service.",
  },
  SERVICE_NOT_OFFERED: {
    status: 422,
    fr: "Ce professionnel n'offre pas ce service, ou ce regroupement n'en contient aucun.",
    en: "This professional does not offer this service, or the group holds none.",
    named: { fr: "Service non offert : {service}.", en: "Service not offered: {service}." },
  },
  INVALID_INTERVAL: {
    status: 422,
    fr: "La fin doit suivre le début et, pour une plage, tomber le même jour.",
    en: "The end must follow the start and, for a slot, be on the same day.",
    // Of dates that are asked for, both included.
    named: { fr: "`{to}` ne peut précéder `{from}`.", en: "`{to}` may not come before `{from}`." },
  },
  SLOT_IN_PAST: { status: 422, fr: "Cette plage est passée.", en: "This slot is in the past." },
  SLOT_PARTIALLY_FILLED: {
    status: 422,
    fr: "Lieu, services et visibilité vont ensemble : les trois ou aucun.",
    en: "Place, services and visibility go together: all three or none.",
  },
  PLACE_NOT_WORK_PLACE: {
    status: 422,
    fr: "Ce professionnel ne travaille pas à ce lieu.",
    en: "This professional does not work at this place.",
  },
  MIXED_SERVICE_DURATION: {
    status: 422,
    fr: "Les services d'une plage ou d'un regroupement ont tous la même durée.",
    en: "All services of a slot or of a group have the same duration.",
  },
  MIXED_SERVICE_TYPE: {
    status: 422,
    fr: "Les services d'une plage ou d'un regroupement sont tous du même type.",
    en: "All services of a slot or of a group have the same type.",
  },
  ALL_REASONS_EXCLUSIVE: {
    status: 422,
    fr: "« Toutes les raisons » ne se combine avec aucun autre service.",
    en: "'All reasons' cannot be combined with another service.",
  },
  OPEN_FROM_REQUIRES_PUBLIC: {
    status: 422,
    fr: "Seule une plage publique peut avoir une date d'ouverture.",
    en: "Only a public slot can have an opening date.",
  },
  EXTERNAL_ID_IN_USE: {
    status: 409,
    fr: "Cet identifiant externe désigne déjà un autre objet.",
    en: "This external identifier already names another object.",
    // Of the object, which has another name already.
    named: {
      fr: "Cet objet porte déjà un autre de vos identifiants externes.",
      en: "This object already bears another of your external identifiers.",
    },
  },
  GROUP_NAME_TAKEN: {
    status: 409,
    fr: "Ce professionnel a déjà un regroupement de ce nom.",
    en: "This professional already has a group of this name.",
  },
  ALL_REASONS_NOT_GROUPABLE: {
    status: 422,
    fr: "Un service « Toutes les raisons » ne va dans aucun regroupement.",
    en: "An 'all reasons' service cannot be in a group.",
  },
  AVAILABILITY_IN_PAST: {
    status: 422,
    fr: "Seule une disponibilité à venir peut être retirée.",
    en: "Only availability still to come can be removed.",
  },
  CLOSURE_TOO_LARGE: {
    status: 422,
    fr: "L'intervalle contient trop pour une seule fermeture ({count}, au plus {most}) : fermez-le en plusieurs parties.",
    en: "The interval holds too much for one closing ({count}, at most {most}): close it in parts.",
  },
  MOVE_TO_SAME_AGENDA: {
    status: 422,
    fr: "Les rendez-vous iraient dans l'agenda même que l'on ferme : nommez un autre professionnel ou un autre lieu.",
    en: "The appointments would go into the very agenda that is being closed: name another professional or another place.",
  },
  APPOINTMENT_OFF_SLOT: {
    status: 422,
    fr: "Ce rendez-vous est hors plage : il n'y a pas de disponibilité à retirer.",
    en: "This appointment is outside any slot: there is no availability to remove.",
  },
  INACTIVE_REASON: {
    status: 422,
    fr: "La raison de consultation d'un service n'est plus active, ou le service est supprimé.",
    en: "The consultation reason of a service is no longer active, or the service is deleted.",
    named: {
      fr: "Raison de consultation inactive : {service}.",
      en: "Inactive consultation reason: {service}.",
    },
  },
  // Weeks and templates
  WEEK_NOT_EMPTY: {
    status: 409,
    fr: "La semaine visée contient déjà une plage.",
    en: "The target week already holds a slot.",
  },
  WEEKS_BELOW_INTERVAL: {
    status: 422,
    fr: "Le nombre de semaines est inférieur à l'intervalle.",
    en: "The number of weeks is below the interval.",
  },
  TEMPLATE_NAME_TAKEN: {
    status: 409,
    fr: "Un modèle de ce lieu porte déjà ce nom.",
    en: "A template of this place already has this name.",
  },
  TEMPLATE_PLACE_MISMATCH: {
    status: 422,
    fr: "Ce modèle d'horaire est celui d'un autre lieu.",
    en: "This schedule template belongs to another place.",
  },
  TEMPLATE_NOT_FOR_PROFESSIONAL: {
    status: 422,
    fr: "Ce modèle d'horaire ne s'adresse pas à ce professionnel.",
    en: "This schedule template is not offered for this professional.",
  },
  SLOTS_INCOMPLETE: {
    status: 200,
    notice: true,
    fr: "Plages incomplètes : {count}. Les citoyens ne les verront qu'une fois complétées.",
    en: "Incomplete slots: {count}. Citizens see them only once completed.",
  },
  OPEN_FROM_SHIFTED: {
    status: 200,
    notice: true,
    fr: "Plages dont la date d'ouverture suit la nouvelle semaine : {count}.",
    en: "Slots whose opening date follows their new week: {count}.",
  },
  LOCAL_TIME_SKIPPED: {
    status: 200,
    notice: true,
    fr: "Plages non créées, car le changement d'heure supprime leur heure de début : {count}.",
    en: "Slots not created, for the clock change skips the hour at which they start: {count}.",
  },
  NOTHING_TO_DELETE: {
    status: 200,
    notice: true,
    fr: "Rien n'a été supprimé : la semaine ne contient que des plages complètes passées, ou aucune plage.",
    en: "Nothing was deleted: the week holds only complete past slots, or none.",
  },
  PAST_SLOTS_KEPT: {
    status: 200,
    notice: true,
    fr: "Plages complètes passées conservées : {count}.",
    en: "Complete past slots kept: {count}.",
  },
  // Communications
  IMAGE_NOT_ALLOWED: {
    status: 422,
    fr: "Le message ne peut contenir d'image ni de logo.",
    en: "The message cannot hold an image or a logo.",
  },
  FORMATTING_REMOVED: {
    status: 200,
    notice: true,
    fr: "Une partie de la mise en forme n'est pas permise et a été retirée.",
    en: "Part of the formatting is not allowed and was removed.",
  },
  // Records
  ESTABLISHMENT_UNREACHABLE: {
    status: 200,
    notice: true,
    fr: "Sans courriel ou sans téléphone, la RAMQ ne peut joindre l'entreprise par ce moyen.",
    en: "Without an email or a phone, RAMQ cannot reach the establishment that way.",
  },
  NOT_REGISTERED_WITH_RAMQ: {
    status: 422,
    fr: "Cette personne n'est pas inscrite aux services en ligne de la RAMQ. L'administrateur local inscrit le personnel administratif ; un professionnel s'inscrit lui-même.",
    en: "This person is not registered with RAMQ's online services. The local administrator enrols administrative staff; a professional enrols themself.",
  },
  WORK_GROUP_DUPLICATE: {
    status: 409,
    fr: "Deux groupes de travail auraient les mêmes membres : modifiez l'un d'eux.",
    en: "Two work groups would have the same members: change one of them.",
  },
  TOO_MANY_RELAY_TEAMS: {
    status: 422,
    fr: "Un groupe de travail a au plus deux équipes de relais, la no 1 et la no 2.",
    en: "A work group has at most two relay teams, number 1 and number 2.",
  },
  FIRST_RELAY_TEAM_MISSING: {
    status: 422,
    fr: "Sans équipe de relais no 1, il ne peut y avoir d'équipe no 2.",
    en: "Without a relay team number 1 there can be no number 2.",
  },
  LISTED_TWICE: {
    status: 422,
    fr: "Figure déjà plus haut dans la même liste.",
    en: "Is in the same list already, further up.",
  },
  NO_RELAY_TEAM: {
    status: 200,
    notice: true,
    fr: "Sans équipe de relais, le groupe de travail ne change rien à ce que les citoyens trouvent.",
    en: "Without a relay team the work group changes nothing of what citizens find.",
  },
  CONFIRMATION_REQUIRED: {
    status: 409,
    warning: true,
    fr: "La suppression emporte aussi {count} groupe(s) de travail dont cette personne est le seul membre.",
    en: "The deletion also removes {count} work group(s) of which this person is the only member.",
  },
  INVALID_CREDENTIALS: {
    status: 401,
    fr: "Identifiant ou mot de passe incorrect.",
    en: "Wrong identifier or password.",
  },
  // Booking
  PAST_LIMIT_EXCEEDED: {
    status: 422,
    fr: "La date est antérieure à la limite permise ({days} jours).",
    en: "The date is older than the limit allowed ({days} days).",
  },
  PLACE_MISMATCH: {
    status: 422,
    fr: "Le lieu diffère de celui de la plage : modifiez d'abord la plage.",
    en: "The place differs from the slot's: change the slot first.",
  },
  CONTACT_REQUIRED: {
    status: 422,
    fr: "Un téléphone et un mode de communication joignable sont requis.",
    en: "A phone and a communication mode that can be reached are required.",
    named: {
      fr: "Un téléphone et un mode de communication joignable sont requis : enregistrez-les d'abord ({savedBy}).",
      en: "A phone and a communication mode that can be reached are required: save them first ({savedBy}).",
    },
  },
  BUSY_ELSEWHERE: {
    status: 409,
    fr: "Le professionnel est occupé dans un autre lieu à ce moment.",
    en: "The professional is busy at another place at that time.",
  },
  NO_OPENING_FOUND: { status: 200, notice: true, fr: "Aucun rendez-vous disponible.", en: "No appointment available." },
  OPENING_NOT_AVAILABLE: {
    status: 409,
    fr: "Cette disponibilité n'est pas offerte ou ne l'est plus.",
    en: "This opening is not offered, or no longer.",
  },
  DIGEST_MISMATCH: {
    status: 409,
    fr: "L'agenda du carrefour et le vôtre diffèrent aux journées nommées : relisez-les, corrigez, puis confirmez de nouveau.",
    en: "The hub's agenda and yours differ on the days named: read them again, set them right, then confirm again.",
  },
  PATIENT_ALREADY_BOOKED_THAT_DAY: {
    status: 409,
    fr: "Cette personne a déjà un rendez-vous ce jour-là.",
    en: "This person already has an appointment that day.",
  },
  INVALID_NAM: {
    status: 422,
    fr: "Ce numéro d'assurance maladie n'a pas la forme attendue.",
    en: "This health insurance number does not have the expected form.",
  },
  IDENTITY_UNKNOWN: {
    status: 422,
    fr: "Cette personne n'est pas connue du registre des personnes assurées.",
    en: "This person is not known to the registry of insured persons.",
  },
  CRITERION_REQUIRED: {
    status: 422,
    fr: "Au moins un critère autre que la raison de consultation est requis.",
    en: "At least one criterion other than the consultation reason is required.",
  },
  REASON_NOT_ALLOWED: {
    status: 422,
    fr: "Cette raison de consultation n'est pas ouverte à cette personne.",
    en: "This consultation reason is not open to this person.",
  },
  FUTURE_TO_PAST_MOVE: {
    status: 422,
    fr: "Un rendez-vous à venir ne se déplace pas vers le passé.",
    en: "A future appointment cannot be moved to the past.",
  },
  APPOINTMENT_CANCELLED: { status: 409, fr: "Ce rendez-vous est annulé.", en: "This appointment is cancelled." },
  CANCELLATION_WINDOW_CLOSED: {
    status: 409,
    fr: "L'annulation en ligne n'est plus possible moins de {value} {unit} avant le rendez-vous : téléphonez à la clinique.",
    en: "Online cancellation closes {value} {unit} before the appointment: phone the clinic.",
  },
  REFERENCE_NOT_FOUND: {
    status: 404,
    fr: "Numéro de référence inconnu : vérifiez-le ou communiquez avec la clinique.",
    en: "Unknown reference number: check it, or contact the clinic.",
  },
  ONLINE_ACTION_UNAVAILABLE: {
    status: 409,
    fr: "Cette action ne peut pas se faire en ligne : communiquez avec la clinique ({clinic}, {phone}).",
    en: "This cannot be done online: contact the clinic ({clinic}, {phone}).",
  },
  IDENTITY_CHECK_FAILED: {
    status: 403,
    fr: "Le numéro d'assurance maladie ne correspond pas au rendez-vous.",
    en: "The health insurance number does not match the appointment.",
  },
  UNSAVED_CHANGES: {
    status: 422,
    fr: "Une annulation ne porte aucun changement : enregistrez-le d'abord.",
    en: "A cancellation carries no change: save it first.",
  },
  HOLD_NOT_EXTENDABLE: {
    status: 409,
    fr: "Cette réservation ne peut être prolongée que dans ses 30 dernières secondes.",
    en: "This hold can be extended only in its last 30 seconds.",
  },
  PATIENT_NOT_ELIGIBLE: {
    status: 409,
    fr: "L'admissibilité à l'assurance maladie est à régulariser auprès de la RAMQ avant le rendez-vous, sinon la clinique pourrait facturer la visite.",
    en: "Settle your health insurance eligibility with RAMQ before the appointment; otherwise the clinic may bill the visit.",
  },
  REGISTRATION_ENDING: {
    status: 200,
    notice: true,
    fr: "Votre inscription auprès du groupe ou du lieu prend fin le {date} : des changements sont prévus à votre clinique. Communiquez avec elle.",
    en: "Your registration with the group or the place ends on {date}: changes are planned at your clinic. Please contact it.",
  },
  RELATION_ENDING: {
    status: 200,
    notice: true,
    fr: "Après le {date}, vous n'aurez plus de professionnel de la santé attitré. Communiquez avec la clinique.",
    en: "After {date} you will no longer have a health professional of your own. Please contact the clinic.",
  },
  TOO_MANY_HOLDS: { status: 409, fr: "Trop de réservations en cours.", en: "Too many holds." },
  HELD_BY_COLLEAGUE: {
    status: 409,
    warning: true,
    fr: "Un collègue réserve cette période en ce moment.",
    en: "A colleague is holding this time.",
  },
  HELD_BY_CITIZEN: {
    status: 409,
    warning: true,
    fr: "Un citoyen réserve cette période en ce moment.",
    en: "A citizen is holding this time.",
  },
  OVERLAPS_APPOINTMENT: {
    status: 409,
    warning: true,
    fr: "Ce rendez-vous est réservé : la période chevauche un autre rendez-vous.",
    en: "This time is booked: it overlaps another appointment.",
  },
  WEBHOOK_ADDRESS_REFUSED: {
    status: 422,
    fr: "Les webhooks vont à une adresse https sur le port 443 d'un hôte de l'internet public, sans nom d'utilisateur ni mot de passe.",
    en: "Webhooks go to an https address on port 443 of a host on the public internet, without user name or password.",
    named: {
      fr: "Les webhooks du bac à sable vont à une adresse {schemes} d'un hôte de l'internet public, d'un réseau privé ou de la machine même, sans nom d'utilisateur ni mot de passe.",
      en: "The sandbox's webhooks go to an {schemes} address of a host on the public internet, of a private network or of the machine itself, without user name or password.",
    },
  },
  TOO_MANY_WEBHOOK_ENDPOINTS: {
    status: 409,
    fr: "Une machine a au plus {most} points de livraison : supprimez-en un, ou changez l'adresse d'un autre.",
    en: "A machine has at most {most} webhook endpoints: delete one, or change the address of another.",
  },
  WEBHOOK_ENDPOINT_DISABLED: {
    status: 409,
    fr: "Ce point de livraison est désactivé : activez-le d'abord.",
    en: "This webhook endpoint is disabled: enable it first.",
  },
  CASCADE_NOT_AVAILABLE: {
    status: 403,
    fr: "Cette recherche n'est pas ouverte à cette personne.",
    en: "This search is not open to this person.",
  },
  INVALID_PERIMETER: {
    status: 422,
    fr: "Ce périmètre n'est pas de ceux de la région du code postal.",
    en: "This perimeter is not one of those of the postal code's region.",
  },
  POSTAL_CODE_UNKNOWN: {
    status: 422,
    fr: "Ce code postal est inconnu : vérifiez-le, ou donnez celui d'un lieu voisin.",
    en: "This postal code is not known: check it, or give that of a place nearby.",
  },
  POSTAL_CODE_OUTSIDE_QUEBEC: {
    status: 422,
    fr: "Ce code postal n'est pas au Québec : donnez-en un qui commence par G, H ou J.",
    en: "This postal code is not in Québec: give one that starts with G, H or J.",
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof table;
export const problems: Readonly<Record<ProblemCode, ProblemType>> = table;
// The keys of a constant table are its codes.
export const problemCodes = Object.keys(table) as ProblemCode[];

export type Language = "fr" | "en";

/** The code's sentence in a language, its placeholders filled. */
export function problemText(
  code: ProblemCode,
  language: Language,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const { named, ...texts } = problems[code];
  const text = named === undefined || Object.keys(params).length === 0 ? texts : named;
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}
