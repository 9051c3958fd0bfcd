import type { Found } from "./search.ts";

/** Where nothing personal may appear. */
export const channels = ["url", "log", "problem", "feed", "metrics", "process"] as const;
export type Channel = (typeof channels)[number];

/** What was found, and where. */
export interface Sighting extends Found {
  channel: Channel;
  test: string;
}

/** What a test file hands over. */
export interface HandedOver {
  file: string;
  /** Texts looked at, by channel. */
  seen: Record<Channel, number>;
  /** Numbers that the suite has given to a hub. */
  numbers: string[];
  sightings: Sighting[];
}
