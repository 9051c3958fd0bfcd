import type * as real from "../../../../../api/src/features/machine-links/store.ts";
import { memoryOf } from "../../../world.ts";

export const findMachineLink: typeof real.findMachineLink = async (tx, placeId) => {
  const memory = memoryOf(tx);
  const link = memory.find("link", placeId);
  const machine = link && memory.find("machine", link.machineId);
  return link && machine && { ...link, vendorId: machine.vendorId };
};

export const lockMachineLink: typeof real.lockMachineLink = async (tx, { placeId }) =>
  memoryOf(tx).find("link", placeId);

export const updateConfirmation: typeof real.updateConfirmation = async (tx, row) => {
  memoryOf(tx).put("link", row.placeId, row);
};
