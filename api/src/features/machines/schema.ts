import { z } from "@hono/zod-openapi";
import { machineScopes } from "../../domain/actor.ts";
import { id, page, pageQuery, version } from "../../http/schema.ts";
import { vendorId } from "../vendors/schema.ts";

export const machineId = id(
  "mch",
  "Identifies a machine (identifiant machine, PLACE-08); its client_id at /oauth/token. It outlives its keys.",
);

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .openapi({ description: "What staff see.", example: "Agenda du Fleuve 4" });
const scopes = z
  .array(z.enum(machineScopes))
  .min(1)
  .openapi({ description: "The most a token of this machine may hold.", example: ["places.read", "slots.write"] });

const key = z
  .object({
    kty: z.enum(["EC", "OKP"]).openapi({ example: "EC" }),
    crv: z.enum(["P-256", "Ed25519"]).openapi({ example: "P-256" }),
    x: z.string().openapi({ example: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU" }),
    y: z
      .string()
      .optional()
      .openapi({ description: "Of P-256.", example: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }),
    kid: z.string().openapi({ description: "Assertions name it.", example: "2027-03" }),
  })
  .openapi("MachineKey", { description: "A public key for ES256 (P-256) or EdDSA (Ed25519), RFC 7517." });

/** RFC 7517 wants members that are not understood to be ignored; what of a key is accepted is the domain's to say. */
const newKey = z
  .looseObject({
    kty: z.string().max(10).optional().openapi({ description: "EC or OKP.", example: "EC" }),
    crv: z.string().max(20).optional().openapi({ description: "P-256 or Ed25519.", example: "P-256" }),
    x: z.string().max(200).optional(),
    y: z.string().max(200).optional(),
    kid: z.string().max(200).optional().openapi({ description: "Required, once per machine.", example: "2027-03" }),
  })
  .openapi("NewPublicKey", { description: "A public key as a JWKS holds it. A private part is refused." });

const newKeys = z.array(newKey).min(1).max(10).openapi({ description: "Two or more while keys are being rotated." });

export const machineSchema = z
  .object({
    machineId,
    version,
    vendorId,
    name,
    keys: z.array(key),
    scopes,
    status: z
      .enum(["active", "suspended"])
      .openapi({ description: "A suspended machine's tokens are refused.", example: "active" }),
  })
  .openapi("Machine");
export type Machine = z.infer<typeof machineSchema>;

export const newMachineSchema = z
  .strictObject({ vendorId, name, keys: newKeys, scopes: scopes.optional() })
  .openapi("NewMachine");
export type NewMachine = z.infer<typeof newMachineSchema>;

export const machineKeysSchema = z.strictObject({ keys: newKeys }).openapi("MachineKeys");
export type MachineKeys = z.infer<typeof machineKeysSchema>;

export const machinePage = page("MachinePage", machineSchema);

export const machineQuery = z.strictObject({ ...pageQuery, vendorId: vendorId.optional() });
export type MachineQuery = z.infer<typeof machineQuery>;

export const machineKeysExample = {
  keys: [
    {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
      kid: "2027-03",
    },
  ],
} satisfies MachineKeys & Pick<Machine, "keys">;

export const newMachineExample = {
  vendorId: "vnd_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Agenda du Fleuve 4",
  ...machineKeysExample,
} satisfies NewMachine;

export const machineExample: Machine = {
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...newMachineExample,
  scopes: [...machineScopes],
  status: "active",
};
