import { z } from "@hono/zod-openapi";
import { id, page, version } from "../../http/schema.ts";

export const vendorId = id("vnd", "Identifies a vendor of agenda software.");

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .openapi({ description: "The vendor's name.", example: "Agendas du Fleuve inc." });

export const vendorSchema = z.object({ vendorId, version, name }).openapi("Vendor");
export type Vendor = z.infer<typeof vendorSchema>;

export const newVendorSchema = z.strictObject({ name }).openapi("NewVendor");
export type NewVendor = z.infer<typeof newVendorSchema>;

export const vendorPage = page("VendorPage", vendorSchema);

export const newVendorExample: NewVendor = { name: "Agendas du Fleuve inc." };
export const vendorExample: Vendor = { vendorId: "vnd_01m8qk5v0e7kqv8f0a3n6c9d2h", version: 1, ...newVendorExample };
