import type { Language } from "./report-text.ts";

/** The story's steps while they run (a name), and once they are done (what came of them). */
export interface ProgressText {
  hub: { running: string; done(url: string): string };
  setUp: { running: string; done(professionals: number, persons: number): string };
  push: { running: string; done(services: number, slots: number, appointments: number, refused: number): string };
  pushAgain: { running: string; done(created: number, updated: number, unchanged: number): string };
  confirm: { running: string; done(days: number, different: number): string };
  book: { running: string; done(asked: number, booked: number): string };
  cancel: { running: string; done(cancelled: number, refused: number): string };
  follow: { running: string; done(applied: number, lastSeq: number): string };
  write: { running: string; done: (folder: string) => string };
  compare: { running: string; done(days: number, different: number): string };
  spoiled(row: string): string;
  notApplied(appointmentId: string, code: string): string;
  failed: string;
  interrupted: string;
}

const fr: ProgressText = {
  hub: { running: "Démarrage du carrefour et de sa base vide", done: (url) => `Carrefour prêt\u00a0: ${url}` },
  setUp: {
    running: "Inscription de la clinique, de son logiciel et des assurés",
    done: (professionals, persons) => `Clinique jumelée\u00a0: ${professionals} professionnels, ${persons} assurés`,
  },
  push: {
    running: "Envoi de l’agenda",
    done: (services, slots, appointments, refused) =>
      `Agenda envoyé\u00a0: ${services} services, ${slots} plages, ${appointments} rendez-vous, ${refused} refusés`,
  },
  pushAgain: {
    running: "Second envoi du même agenda",
    done: (created, updated, unchanged) =>
      `Second envoi\u00a0: ${created} créés, ${updated} changés, ${unchanged} inchangés`,
  },
  confirm: {
    running: "Confirmation de l’agenda",
    done: (days, different) =>
      different === 0
        ? `Agenda confirmé\u00a0: ${days} journées concordent`
        : `Agenda NON confirmé\u00a0: ${different} journées diffèrent`,
  },
  book: {
    running: "Des citoyens cherchent et réservent",
    done: (asked, booked) => `${asked} citoyens ont cherché, ${booked} ont réservé`,
  },
  cancel: {
    running: "Des citoyens annulent",
    done: (cancelled, refused) => `${cancelled} annulations, ${refused} refusées`,
  },
  follow: {
    running: "Lecture du journal des changements",
    done: (applied, lastSeq) => `${applied} changements inscrits à l’agenda (journal lu jusqu’au nº ${lastSeq})`,
  },
  write: { running: "Écriture de l’agenda", done: (folder) => `Agenda écrit\u00a0: ${folder}` },
  compare: {
    running: "Comparaison des deux agendas",
    done: (days, different) => `${days} journées comparées, ${different} différentes`,
  },
  spoiled: (row) => `Ligne changée exprès avant la comparaison\u00a0: ${row}`,
  notApplied: (appointmentId, code) => `Changement sans ligne possible dans l’agenda\u00a0: ${appointmentId} (${code})`,
  failed: "La démonstration s’est arrêtée\u00a0:",
  interrupted: "Interrompu.",
};

const en: ProgressText = {
  hub: { running: "Starting the hub on an empty database", done: (url) => `Hub ready: ${url}` },
  setUp: {
    running: "Registering the clinic, its software and the insured persons",
    done: (professionals, persons) => `Clinic linked: ${professionals} professionals, ${persons} insured persons`,
  },
  push: {
    running: "Sending the agenda",
    done: (services, slots, appointments, refused) =>
      `Agenda sent: ${services} services, ${slots} slots, ${appointments} appointments, ${refused} refused`,
  },
  pushAgain: {
    running: "Sending the same agenda again",
    done: (created, updated, unchanged) => `Sent again: ${created} created, ${updated} updated, ${unchanged} unchanged`,
  },
  confirm: {
    running: "Confirming the agenda",
    done: (days, different) =>
      different === 0 ? `Agenda confirmed: ${days} days agree` : `Agenda NOT confirmed: ${different} days differ`,
  },
  book: {
    running: "Citizens search and book",
    done: (asked, booked) => `${asked} citizens searched, ${booked} booked`,
  },
  cancel: {
    running: "Citizens cancel",
    done: (cancelled, refused) => `${cancelled} cancelled, ${refused} refused`,
  },
  follow: {
    running: "Following the changes",
    done: (applied, lastSeq) => `${applied} changes written into the agenda (log read up to no. ${lastSeq})`,
  },
  write: { running: "Writing the agenda", done: (folder) => `Agenda written: ${folder}` },
  compare: {
    running: "Comparing both agendas",
    done: (days, different) => `${days} days compared, ${different} different`,
  },
  spoiled: (row) => `Row changed on purpose before the comparison: ${row}`,
  notApplied: (appointmentId, code) => `A change the agenda can have no row for: ${appointmentId} (${code})`,
  failed: "The demo stopped:",
  interrupted: "Interrupted.",
};

export const progressTexts: Readonly<Record<Language, ProgressText>> = { fr, en };
