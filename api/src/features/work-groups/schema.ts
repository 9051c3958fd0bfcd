import { z } from "@hono/zod-openapi";
import { id, instant, page, pageQuery, version, warningsSchema } from "../../http/schema.ts";
import { establishmentId } from "../establishments/schema.ts";
import { professionalId, professionalPage, professionalRef } from "../professionals/schema.ts";

export const workGroupId = id("wgr", "Identifies a work group (groupe de travail).");

/** More than any GMF has. */
const mostMembers = 500;

const members = z.array(professionalId);
const wantedMembers = z.array(professionalRef).max(mostMembers);

const relayTeamSchema = z
  .object({
    number: z
      .union([z.literal(1), z.literal(2)])
      .openapi({ description: "WG-04: the first or the second.", example: 1 }),
    professionalIds: members.openapi({ description: "Who is in the team, in order of id." }),
  })
  .openapi("RelayTeam");

const wantedRelayTeamSchema = z
  .strictObject({
    number: z.number().int().min(1).max(100).optional().openapi({
      description: "WG-04, WG-14: 1 or 2, each once, and no 2 without a 1; its position in the list when absent.",
      example: 1,
    }),
    professionalIds: wantedMembers.openapi({
      description: "Under the same conditions as the group's own. WG-16: with an empty list there is no such team.",
    }),
  })
  .openapi("NewRelayTeam");

export const workGroupSchema = z
  .object({
    workGroupId,
    version,
    establishmentId,
    professionalIds: members.openapi({ description: "WG-06, WG-07: who is in the group, in order of id." }),
    relayTeams: z.array(relayTeamSchema).openapi({ description: "WG-04: none, the first, or both, in order." }),
    createdAt: instant.openapi({ description: "Creation, UTC.", example: "2027-03-01T12:00:00.000Z" }),
  })
  .openapi("WorkGroup");
export type WorkGroup = z.infer<typeof workGroupSchema>;

export const savedWorkGroupSchema = z
  .object({ ...workGroupSchema.shape, warnings: warningsSchema })
  .openapi("SavedWorkGroup");

export const newWorkGroupSchema = z
  .strictObject({
    professionalIds: wantedMembers.openapi({
      description:
        "WG-06, WG-11, WG-12, WG-21: at least one; physicians, residents and nurse practitioners of this GMF, each once. " +
        "WG-07: no other group has the same ones. Whoever the group has already is kept, also after they have left.",
    }),
    relayTeams: z.array(wantedRelayTeamSchema).max(20).optional().openapi({
      description: "WG-04: at most two. WG-05: without any, the group is accepted with a remark.",
    }),
  })
  .openapi("NewWorkGroup", {
    description: "WG-15, WG-17: all of what the group is to be; its lists replace those it had.",
  });
export type NewWorkGroup = z.infer<typeof newWorkGroupSchema>;

export const workGroupPage = page("WorkGroupPage", workGroupSchema);
export const workGroupQuery = z.strictObject(pageQuery);
export const ungroupedPage = professionalPage;

export const newWorkGroupExample: NewWorkGroup = {
  professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  relayTeams: [{ number: 1, professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"] }],
};

export const workGroupExample: WorkGroup = {
  workGroupId: "wgr_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  relayTeams: [{ number: 1, professionalIds: ["pro_01m8qk5v0e7kqv8f0a3n6c9d2h"] }],
  createdAt: "2027-03-01T12:00:00.000Z",
};
