import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { decideImportUntil, decideKeys, decideLink, isImporting } from "./machine.ts";
import type { WantedKey } from "./machine.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const p256 = { ...ec.publicKey.export({ format: "jwk" }), kid: "a" };
const ed25519 = { ...ed.publicKey.export({ format: "jwk" }), kid: "b" };

const encoded = (hexadecimal: string) => Buffer.from(hexadecimal, "hex").toString("base64url");

test("keys of P-256 and Ed25519 are kept, without what is not understood", () => {
  const decision = decideKeys([
    { ...p256, alg: "ES256", use: "sig", x5c: ["…"] },
    { ...ed25519, alg: "EdDSA" },
  ]);
  expect(decision).toMatchObject({ ok: true, value: [p256, ed25519] });
  expect(decision.ok && Object.keys(decision.value[0] ?? {}).sort()).toEqual(["crv", "kid", "kty", "x", "y"]);
});

test("Ed25519 goes by both of its names (RFC 9864)", () => {
  for (const alg of ["EdDSA", "Ed25519"]) expect(decideKeys([{ ...ed25519, alg }]).ok).toBe(true);
});

test("a coordinate is below the prime of P-256: written larger by it, a point would have two names", () => {
  const y = encoded("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
  const key = { kty: "EC", crv: "P-256", y, kid: "a" };
  expect(decideKeys([{ ...key, x: encoded("00".repeat(32)) }]).ok).toBe(true);
  const prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
  expect(decideKeys([{ ...key, x: encoded(prime) }]).ok).toBe(false);
});

test("so is the other one", () => {
  // A point whose y is 5, small enough that the prime can be added to it.
  const x = encoded("d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7");
  const key = { kty: "EC", crv: "P-256", x, kid: "a" };
  expect(decideKeys([{ ...key, y: encoded("5".padStart(64, "0")) }]).ok).toBe(true);
  const larger = "ffffffff00000001000000000000000000000001000000000000000000000004";
  expect(decideKeys([{ ...key, y: encoded(larger) }]).ok).toBe(false);
});

test("a kid has 1 to 128 visible characters", () => {
  for (const [length, ok] of [
    [1, true],
    [128, true],
    [129, false],
  ] as const)
    expect(decideKeys([{ ...p256, kid: "k".repeat(length) }]).ok).toBe(ok);
});

test("every point of P-256 is on the curve", () => {
  for (let i = 0; i < 20; i++) {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(decideKeys([{ ...publicKey.export({ format: "jwk" }), kid: "a" }]).ok).toBe(true);
  }
});

const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ format: "jwk" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });

test.each<[string, WantedKey]>([
  ["a private key of P-256", { ...ec.privateKey.export({ format: "jwk" }), kid: "a" }],
  ["a private key of Ed25519", { ...ed.privateKey.export({ format: "jwk" }), kid: "a" }],
  [
    "a symmetric key",
    {
      kty: "oct",
      k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
      kid: "a",
    },
  ],
  ["a key without kid", { ...p256, kid: undefined }],
  ["an empty kid", { ...p256, kid: "" }],
  ["a kid that no header carries", { ...p256, kid: "clé n° 1" }],
  ["another curve", { ...p384, kid: "a" }],
  ["RSA", { ...rsa, kid: "a" }],
  ["a key for agreement", { ...ed25519, kid: "a", crv: "X25519" }],
  ["a coordinate that is not text", { ...ed25519, kid: "c", x: [ed25519.x] }],
  ["a key for encryption", { ...p256, use: "enc" }],
  ["an algorithm of another family", { ...p256, alg: "EdDSA" }],
  ["Ed25519 for ES256", { ...ed25519, kid: "c", alg: "ES256" }],
  ["a key of P-256 that says it is another kind", { ...p256, kty: "OKP" }],
  ["a key of P-256 that says it is of another curve", { ...p256, crv: "P-384" }],
  ["a key of Ed25519 that says it is another kind", { ...ed25519, kid: "c", kty: "EC" }],
  ["a coordinate that is too short", { ...p256, x: "AAAA" }],
  ["a padded coordinate", { ...ed25519, kid: "c", x: `${String(ed25519.x)}=` }],
  ["a coordinate that is too long", { ...ed25519, kid: "c", x: `A${String(ed25519.x)}` }],
  ["a first coordinate of P-256 that is too long", { ...p256, x: `A${String(p256.x)}` }],
  ["a second coordinate of P-256 that is too long", { ...p256, y: `A${String(p256.y)}` }],
  ["a point beside the curve", { ...p256, x: p256.y, y: p256.x }],
])("refuses %s", (_title, key) => {
  expect(decideKeys([ed25519, key])).toEqual({
    ok: false,
    violations: [{ rule: "CONTRACT", code: "INVALID_KEY", pointer: "/keys/1" }],
  });
});

test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])("refuses a key that shows its private member %s", (member) => {
  expect(decideKeys([{ ...p256, [member]: "AQAB" }]).ok).toBe(false);
});

test("refuses a second key of the same kid", () => {
  expect(decideKeys([p256, { ...ed25519, kid: "a" }]).ok).toBe(false);
});

test.each([
  ["LCGA-04 staff keep the services of a new link", undefined, undefined, "production", "staff"],
  ["LCGA-04 in the sandbox the machine does", undefined, undefined, "sandbox", "machine"],
  ["LCGA-04 unless the link says otherwise", undefined, "staff", "sandbox", "staff"],
  ["LCGA-04 left out, they stay as they are", "machine", undefined, "production", "machine"],
  ["LCGA-04 the link may change", "machine", "staff", "production", "staff"],
] as const)("%s", (_title, before, wanted, mode, after) => {
  const current = before && { machineId: "mch_1", servicesManagedBy: before };
  const decision = decideLink(current, { machineId: "mch_1", servicesManagedBy: wanted }, mode);
  expect(decision).toMatchObject({ ok: true, value: { servicesManagedBy: after } });
});

test("LCGA-02 a linked place takes no second machine", () => {
  const current = { machineId: "mch_1", servicesManagedBy: "staff" } as const;
  expect(decideLink(current, { machineId: "mch_2" }, "sandbox")).toMatchObject({
    ok: false,
    violations: [{ rule: "LCGA-02", code: "ALREADY_LINKED", pointer: "/machineId" }],
  });
});

const now = Date.parse("2027-03-01T12:00:00Z");
const days = (count: number) => now + count * 86_400_000;

test.each([
  ["SYNC-53 left out, it stays as it is", 7, undefined, 7],
  ["SYNC-53 a new link has none", undefined, undefined, null],
  ["SYNC-53 null closes it", 7, null, null],
  ["SYNC-53 it may end 30 days ahead", undefined, 30, 30],
  ["SYNC-53 one that has passed is one that is closed", undefined, -1, -1],
] as const)("%s", (_title, before, wanted, after) => {
  const current = before === undefined ? undefined : { importUntil: days(before) };
  const importUntil = typeof wanted === "number" ? days(wanted) : wanted;
  const expected = after === null ? null : days(after);
  expect(decideImportUntil(current, importUntil, now)).toMatchObject({ ok: true, value: { importUntil: expected } });
});

test("SYNC-53 it ends no later than 30 days ahead; one that was opened long ago may stay", () => {
  expect(decideImportUntil(undefined, days(30) + 1, now)).toMatchObject({
    ok: false,
    violations: [{ rule: "SYNC-53", code: "OUT_OF_RANGE", pointer: "/importUntil" }],
  });
  expect(decideImportUntil({ importUntil: days(31) }, undefined, now).ok).toBe(true);
});

test("SYNC-54 the window is open until its end, which is no longer in it", () => {
  expect(isImporting({ importUntil: now + 1 }, now)).toBe(true);
  expect(isImporting({ importUntil: now }, now)).toBe(false);
  expect(isImporting({ importUntil: null }, now)).toBe(false);
});
