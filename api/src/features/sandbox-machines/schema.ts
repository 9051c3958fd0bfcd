import { z } from "@hono/zod-openapi";
import { id } from "../../http/schema.ts";

const machineSchema = z
  .object({
    machineId: id("mch", "The machine identifier: client_id at /oauth/token."),
    name: z.string().openapi({ example: "agenda-plus" }),
    privateKey: z
      .object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        kid: z.string().openapi({ example: "agenda-plus-1" }),
        alg: z.literal("EdDSA"),
        x: z.string().openapi({ example: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
        d: z.string().openapi({ example: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }),
      })
      .openapi("SandboxPrivateKey", { description: "RFC 8037. Known to everybody: it opens nothing but a sandbox." }),
    places: z.array(
      z.object({
        placeId: id("plc", "A place it is linked with."),
        name: z.string().openapi({ example: "Clinique des Rives" }),
      }),
    ),
  })
  .openapi("SandboxMachine");

export const machinesSchema = z.object({ machines: z.array(machineSchema) }).openapi("SandboxMachines");
export type SandboxMachines = z.infer<typeof machinesSchema>;

export const machinesExample: SandboxMachines = {
  machines: [
    {
      machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
      name: "agenda-plus",
      privateKey: {
        kty: "OKP",
        crv: "Ed25519",
        kid: "agenda-plus-1",
        alg: "EdDSA",
        x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
      },
      places: [{ placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h", name: "Clinique des Rives" }],
    },
  ],
};
