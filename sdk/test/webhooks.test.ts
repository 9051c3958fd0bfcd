import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook, WebhookVerificationError } from "../src/webhooks.ts";

/** Signed by the reference implementation: what it signs, ours verifies. */

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const now = new Date("2027-03-08T14:00:00Z");
const event = { type: "appointment.created", timestamp: now.toISOString(), data: { objectId: "apt_é", seq: 1 } };
const body = JSON.stringify(event);

function signed(by: readonly string[] = [secret], at = now, text = body) {
  const signatures = by.map((each) => new Webhook(each).sign("msg_1", at, text));
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": signatures.join(" "),
  };
}

const reasonOf = async (verifying: Promise<unknown>) =>
  verifying.then(
    () => "verified",
    (error: unknown) => (error instanceof WebhookVerificationError ? error.reason : String(error)),
  );

describe("verifies", () => {
  test("what standardwebhooks signs, as text, bytes or a buffer", async () => {
    const bytes = new TextEncoder().encode(body);
    for (const given of [body, bytes, Buffer.from(body), bytes.buffer])
      expect(await verifyWebhook(secret, signed(), given, { now })).toEqual(event);
  });

  test("headers of Fetch, of Node, of any case, and lists of one", async () => {
    const plain = signed();
    const upper = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name.toUpperCase(), value]));
    const lists = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, [value]]));
    for (const headers of [new Headers(plain), plain, upper, lists, new Map(Object.entries(plain))])
      expect(await verifyWebhook(secret, headers, body, { now })).toEqual(event);
  });

  test("with several secrets, and several signatures while a secret is being rotated", async () => {
    expect(await verifyWebhook([other, secret], signed(), body, { now })).toEqual(event);
    expect(await verifyWebhook(secret, signed([other, secret]), body, { now })).toEqual(event);
    const newer = { ...signed(), "webhook-signature": `v2,AAAA v1a,AAAA v1,%% ${signed()["webhook-signature"]}` };
    expect(await verifyWebhook(secret, newer, body, { now })).toEqual(event);
  });

  test("up to five minutes apart, or as far as is wanted", async () => {
    const apart = (seconds: number, toleranceSeconds?: number) =>
      reasonOf(
        verifyWebhook(secret, signed([secret], new Date(now.getTime() - seconds * 1000)), body, {
          now: now.getTime(),
          ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
        }),
      );
    expect(await Promise.all([300, -300, 301, -301].map((seconds) => apart(seconds)))).toEqual([
      "verified",
      "verified",
      "timestamp",
      "timestamp",
    ]);
    expect(await Promise.all([apart(10, 5), apart(900, 3600)])).toEqual(["timestamp", "verified"]);
  });

  test("by this machine's clock when none is given", async () => {
    const at = new Date();
    expect(await verifyWebhook(secret, signed([secret], at), body)).toEqual(event);
    expect(await reasonOf(verifyWebhook(secret, signed(), body))).toBe("timestamp");
  });
});

describe("refuses", () => {
  test("another secret, another body, another id, another time", async () => {
    const headers = signed();
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    expect(await reasonOf(verifyWebhook(other, headers, body, { now }))).toBe("signature");
    expect(await reasonOf(verifyWebhook([], headers, body, { now }))).toBe("signature");
    expect(await reasonOf(verifyWebhook(secret, headers, `${body} `, { now }))).toBe("signature");
    expect(await reasonOf(verifyWebhook(secret, { ...headers, "webhook-id": "msg_2" }, body, { now }))).toBe(
      "signature",
    );
    expect(await reasonOf(verifyWebhook(secret, { ...headers, "webhook-timestamp": later }, body, { now }))).toBe(
      "signature",
    );
    for (const signature of ["v1", "v1,", "v1a,AAAA", "nonsense", "v1,%"])
      expect(await reasonOf(verifyWebhook(secret, { ...headers, "webhook-signature": signature }, body, { now }))).toBe(
        "signature",
      );
  });

  test("headers that are not there, and a time that is none", async () => {
    for (const name of Object.keys(signed())) {
      const headers = { ...signed(), [name]: undefined };
      expect(await reasonOf(verifyWebhook(secret, headers, body, { now }))).toBe("headers");
    }
    expect(await reasonOf(verifyWebhook(secret, { ...signed(), "webhook-timestamp": "soon" }, body, { now }))).toBe(
      "timestamp",
    );
  });

  test("a body that somebody has parsed, and says so", async () => {
    // As a receiver in JavaScript would.
    const parsed = JSON.parse(body) as string;
    const verifying = verifyWebhook(secret, signed(), parsed, { now });
    await expect(verifying).rejects.toThrow(/parsed already/);
    expect(await reasonOf(verifying)).toBe("body");
  });

  test.each(["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_%%%", "whsec_AAAA"])(
    "a secret that is none: %j",
    async (wrong) => {
      const verifying = verifyWebhook(wrong, signed(), body, { now });
      await expect(verifying).rejects.toThrow(/whsec_/);
      expect(await reasonOf(verifying)).toBe("secret");
    },
  );
});
