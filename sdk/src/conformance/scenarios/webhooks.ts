/** What is posted to the software: believed only when it is signed, and never taken for the newest there is. */
import { cancelAsCitizen } from "../hub.ts";
import type { Scenario, Stage } from "../stage.ts";
import { NotReached } from "../stage.ts";
import { postWebhook } from "../webhook-sender.ts";
import type { Message } from "../webhook-sender.ts";
import { appointmentsShown, offer } from "./pull.ts";

export const webhookScenarios: readonly Scenario[] = [
  {
    name: "webhooks",
    profile: "pull",
    checks: ["REQ-PULL-14", "REQ-PULL-15", "REQ-PULL-16"],
    needsWebhooks: true,
    async play(stage) {
      const { webhookUrl, webhookSecret } = stage.environment;
      const post = (message: Message) => postWebhook(webhookUrl, webhookSecret, message);
      const accepted = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

      const day = stage.day(9);
      await offer(stage, day, "09:00", "12:00");
      const booking = await stage.citizenBooks(day, "09:30");
      const shown = await stage.eventually(() => appointmentsShown(stage, day, ["09:30-10:00"]));
      await cancelAsCitizen(stage.hub, booking);
      await stage.eventually(() => appointmentsShown(stage, day, []));
      const [created, cancelled] = await changesOf(stage, booking.appointmentId);
      if (!created || !cancelled) throw new NotReached("the hub's log has no booking and cancellation");

      await stage.check("REQ-PULL-14", async () => {
        // JSON as another library writes it: spaces, an escaped slash, a number with a fraction of nothing.
        const plain = await post({
          id: "msg_conformance_1",
          body: JSON.stringify(eventOf("appointment.updated", cancelled)),
        });
        const body = JSON.stringify(eventOf("appointment.updated", cancelled), null, 2)
          .replace(/\//g, "\\/")
          .replace(/"version": (\d+)/, '"version": $1.0');
        const spaced = await post({ id: "msg_conformance_2", body });
        if (!accepted(plain)) return "a message with a right signature was not accepted";
        return accepted(spaced)
          ? null
          : "a message with spaces and escapes in its JSON was not accepted: the body was parsed and written again before it was verified";
      });

      await stage.check("REQ-PULL-15", async () => {
        const body = JSON.stringify(eventOf("appointment.updated", cancelled));
        const forged = await post({ id: "msg_conformance_3", body, forged: true });
        if (accepted(forged)) return "a message with a wrong signature was accepted";
        const old = await post({ id: "msg_conformance_4", body, age: 3_600 });
        if (accepted(old)) return "a message signed an hour ago was accepted";
        return forged === null || old === null ? "a message to be refused was not answered" : null;
      });

      await stage.check("REQ-PULL-16", async () => {
        if (shown !== null) return "the booking never was in the agenda, so no late message could bring it back";
        const late = { id: "msg_conformance_5", body: JSON.stringify(eventOf("appointment.created", created)) };
        await post(late);
        await post(late);
        await stage.sync();
        const finding = await appointmentsShown(stage, day, []);
        return finding === null ? null : "a booking that was cancelled came back with a late message of its creation";
      });
    },
  },
];

type Change = Awaited<ReturnType<Stage["clinic"]["machine"]["changes"]["list"]>>["items"][number];

const eventOf = (type: string, data: Change) => ({ type, timestamp: data.at, data });

async function changesOf({ clinic }: Stage, objectId: string): Promise<Change[]> {
  const found: Change[] = [];
  for await (const { change } of clinic.machine.changes.follow({ untilCaughtUp: true })) {
    if (change.objectId === objectId) found.push(change);
  }
  const [first] = found;
  const last = found.at(-1);
  return first && last && first !== last ? [first, last] : [];
}
