/**
 * The rule families of `npm run mutate` and the domain files that hold their rules. Every file of the domain belongs to
 * exactly one family, or to the facts below; a test names those that do not.
 */
export const families: Readonly<Record<string, readonly string[]>> = {
  slots: ["slot.ts", "window-replacement.ts"],
  openings: ["opening.ts", "visibility.ts", "clinic-offer.ts", "condition.ts", "explanation.ts"],
  cascades: ["cascade.ts", "registration.ts"],
  availability: ["availability-removal.ts"],
  closures: ["agenda-closure.ts"],
  weeks: ["week.ts", "week-operations.ts"],
  templates: ["schedule-template.ts", "template-application.ts"],
  permissions: ["permission.ts", "actor.ts"],
  views: ["agenda-view.ts", "agenda-filter.ts"],
  establishments: ["establishment.ts", "field-editor.ts"],
  places: ["place.ts"],
  employees: ["employee.ts"],
  services: ["service.ts"],
  "service-groups": ["service-group.ts"],
  "work-groups": ["work-group.ts"],
  options: ["option.ts"],
  communications: ["customisation.ts"],
  lcga: ["machine.ts"],
  sessions: ["session.ts"],
  reasons: ["reason.ts"],
  time: ["time.ts"],
  decisions: ["decision.ts", "problems.ts"],
  holds: ["hold.ts"],
  appointments: [
    "appointment.ts",
    "appointment-fields.ts",
    "placement.ts",
    "seat.ts",
    "move.ts",
    "cancellation.ts",
    "attendance.ts",
    "erasure.ts",
    "adoption.ts",
    "binding.ts",
  ],
  patients: ["patient.ts", "nam.ts", "contact-update.ts"],
  search: ["appointment-search.ts"],
  digest: ["digest.ts"],
  geography: ["geography.ts", "postal-code.ts", "health-region.ts", "perimeter.ts"],
  webhooks: ["webhook-address.ts", "webhook-delivery.ts", "webhook-endpoint.ts"],
  freshness: ["freshness.ts", "confirmation.ts", "attention.ts", "snapshot.ts", "inbox.ts"],
};

/** Facts without a rule: a changed code would be another fact. Their own tests hold them to what is known. */
export const facts: readonly string[] = ["health-region-areas.ts"];
