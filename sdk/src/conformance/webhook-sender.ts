/** Posts messages as the hub's webhooks are posted (Standard Webhooks), right ones and wrong ones. */
import { createHmac, randomBytes } from "node:crypto";

export interface Message {
  id: string;
  /** As sent: spaces and escapes are part of what is signed. */
  body: string;
  /** Seconds by which its timestamp is older than now. */
  age?: number;
  forged?: boolean;
}

export const signingSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** The status that the receiver answered; null when it answered nothing in ten seconds. */
export async function postWebhook(url: string, secret: string, message: Message): Promise<number | null> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - (message.age ?? 0));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${message.id}.${timestamp}.${message.body}${message.forged === true ? " " : ""}`;
  const signature = createHmac("sha256", key).update(signed).digest("base64");
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
      body: message.body,
      signal: AbortSignal.timeout(10_000),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  }
}
