import { afterAll, beforeAll, expect, test } from "vitest";
import { aMachine, anEstablishment } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { lockNames } from "../../db/locks.ts";
import { refusalOf } from "../../db/errors.ts";
import { withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Binding } from "../../domain/binding.ts";
import { bodyHashOf } from "./body-hash.ts";
import {
  bindingKey,
  bindingLockNames,
  bindingsOfObjects,
  deleteBindings,
  findBindings,
  noteOwnWrites,
  putBindings,
} from "./store.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

async function aVendorAtAnEstablishment() {
  const { establishmentId } = await anEstablishment(hub);
  const { vendorId } = await aMachine(hub);
  const within = <T>(run: (tx: ScopedTx) => Promise<T>) =>
    withScope(hub.deps.connection, { audience: "machine", establishments: [establishmentId] }, run);
  const binding = (externalId: string, objectId: string, fields: Partial<Binding> = {}): Binding => ({
    establishmentId,
    objectType: "slot",
    externalId,
    objectId,
    bodyHash: null,
    vendorVersion: 1,
    ...fields,
  });
  return { establishmentId, vendorId, within, binding };
}

test("keeps, finds and updates bindings by name and by object", async () => {
  const { establishmentId, vendorId, within, binding } = await aVendorAtAnEstablishment();
  const first = binding('101-a,{b}"c', "slt_1");
  const second = binding("101-b", "slt_2", { bodyHash: "h2", vendorVersion: 4 });
  await within((tx) => putBindings(tx, vendorId, [first, second]));
  await within((tx) => putBindings(tx, vendorId, [{ ...first, bodyHash: "h1", vendorVersion: 2 }]));
  const names = [first, second, { establishmentId, externalId: "nobody" }];
  const found = await within((tx) => findBindings(tx, vendorId, "slot", names));
  expect(found.size).toBe(2);
  expect(found.get(bindingKey(first))).toEqual({ ...first, bodyHash: "h1", vendorVersion: 2 });
  expect(found.get(bindingKey(second))).toEqual(second);
  const byObject = await within((tx) => bindingsOfObjects(tx, vendorId, "slot", ["slt_2", "slt_9"]));
  expect([...byObject]).toEqual([["slt_2", second]]);
});

test("a name means something to its vendor, for one type and in one establishment", async () => {
  const one = await aVendorAtAnEstablishment();
  const two = await aVendorAtAnEstablishment();
  await one.within((tx) =>
    putBindings(tx, one.vendorId, [
      one.binding("7", "slt_7"),
      one.binding("7", "apt_7", { objectType: "appointment" }),
    ]),
  );
  await one.within((tx) => putBindings(tx, two.vendorId, [one.binding("7", "slt_8")]));
  const of = (vendorId: string, objectType: "slot" | "appointment") =>
    one.within((tx) =>
      findBindings(tx, vendorId, objectType, [{ establishmentId: one.establishmentId, externalId: "7" }]),
    );
  const objectIds = (found: Map<string, Binding>) => [...found.values()].map(({ objectId }) => objectId);
  expect(objectIds(await of(one.vendorId, "slot"))).toEqual(["slt_7"]);
  expect(objectIds(await of(one.vendorId, "appointment"))).toEqual(["apt_7"]);
  expect(objectIds(await of(two.vendorId, "slot"))).toEqual(["slt_8"]);
  const elsewhere = await two.within((tx) =>
    findBindings(tx, one.vendorId, "slot", [{ establishmentId: one.establishmentId, externalId: "7" }]),
  );
  expect(elsewhere.size).toBe(0);
});

test("a name never passes to another object, and an object has one name of a vendor", async () => {
  const { vendorId, within, binding } = await aVendorAtAnEstablishment();
  await within((tx) => putBindings(tx, vendorId, [binding("1", "slt_1")]));
  const putting = (...bindings: Binding[]) =>
    within((tx) => putBindings(tx, vendorId, bindings)).catch((error: unknown) => refusalOf(error) ?? error);
  expect(await putting(binding("2", "slt_2"), binding("1", "slt_3"))).toMatchObject({
    violations: [{ code: "EXTERNAL_ID_IN_USE" }],
  });
  expect(await putting(binding("4", "slt_1"))).toMatchObject({ violations: [{ code: "EXTERNAL_ID_IN_USE" }] });
  const kept = await within((tx) => bindingsOfObjects(tx, vendorId, "slot", ["slt_1", "slt_2", "slt_3"]));
  expect([...kept.keys()]).toEqual(["slt_1"]);
});

test("the vendor's own delete releases the name", async () => {
  const { vendorId, within, binding } = await aVendorAtAnEstablishment();
  await within((tx) => putBindings(tx, vendorId, [binding("1", "slt_1")]));
  await within((tx) => deleteBindings(tx, vendorId, "slot", ["slt_1"]));
  await within((tx) => putBindings(tx, vendorId, [binding("1", "slt_2")]));
  expect((await within((tx) => bindingsOfObjects(tx, vendorId, "slot", ["slt_1", "slt_2"]))).size).toBe(1);
});

test("after a write of its own by the object's id, the vendor's last body is not known any more", async () => {
  const { establishmentId, vendorId, within, binding } = await aVendorAtAnEstablishment();
  const kept = binding("1", "slt_1", { bodyHash: "h1" });
  await within((tx) => putBindings(tx, vendorId, [kept]));
  const writes = [
    { establishmentId, objectId: "slt_1", version: 5 },
    { establishmentId, objectId: "slt_unbound", version: 2 },
  ];
  await within((tx) => noteOwnWrites(tx, vendorId, "slot", writes));
  const found = await within((tx) => bindingsOfObjects(tx, vendorId, "slot", ["slt_1", "slt_unbound"]));
  expect([...found.values()]).toEqual([{ ...kept, bodyHash: null, vendorVersion: 5 }]);
});

test("the hash of a body is keyed and does not depend on the order of its fields", () => {
  const { secrets } = hub.deps;
  const hash = bodyHashOf(secrets, { startAt: "2027-03-08T09:00:00-05:00", services: ["a", "b"] });
  expect(bodyHashOf(secrets, { services: ["a", "b"], startAt: "2027-03-08T09:00:00-05:00" })).toBe(hash);
  expect(bodyHashOf(secrets, { services: ["b", "a"], startAt: "2027-03-08T09:00:00-05:00" })).not.toBe(hash);
  expect(hash).toMatch(/^[\w-]{43}$/);
});

test("two pushes of one name follow each other; a batch of any length takes 64 locks at most", async () => {
  const { establishmentId, vendorId, within, binding } = await aVendorAtAnEstablishment();
  const names = Array.from({ length: 5_000 }, (_, i) => ({ establishmentId, externalId: `line-${String(i)}` }));
  expect(bindingLockNames(vendorId, "slot", names)).toHaveLength(64);
  const push = (objectId: string) =>
    within(async (tx) => {
      const name = { establishmentId, externalId: "1" };
      await lockNames(tx, bindingLockNames(vendorId, "slot", [name]));
      const found = await findBindings(tx, vendorId, "slot", [name]);
      if (found.size > 0) return "found";
      await tx.sql`SELECT pg_sleep(0.05)`;
      await putBindings(tx, vendorId, [binding("1", objectId)]);
      return "bound";
    });
  expect((await Promise.all([push("slt_a"), push("slt_b"), push("slt_c")])).sort()).toEqual([
    "bound",
    "found",
    "found",
  ]);
});
