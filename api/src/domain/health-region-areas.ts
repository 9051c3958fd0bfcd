import type { HealthRegion } from "./health-region.ts";

/**
 * The health region of each of Québec's forward sortation areas, the first three characters of a postal code, and of
 * single codes that lie in another region than the rest of their area. Facts only: municipalities, their codes and their
 * administrative regions from the Répertoire des municipalités du Québec.
 *
 * - Capitale-Nationale has Charlevoix, the Île d'Orléans and Portneuf. Lévis, across the river, is Chaudière-Appalaches
 *   (G6C, G6J, G6K, G6V to G6Z, G7A).
 * - Every H is Montréal, but H7, which is Laval, and H0M, the side of Akwesasne in Québec, which is Montérégie.
 * - Granby, Bromont, Cowansville and Farnham (J2G to J2N, J0E) have been Estrie since 2015.
 * - Mauricie and Centre-du-Québec, two administrative regions, are one health region; the administrative Nord-du-Québec
 *   is three: 10, 17 and 18. Only single codes are of 18.
 *
 * An area that lies in several regions is where most of its people are. H0H, for letters to Santa Claus, is nowhere.
 */
export const sortationAreas: Readonly<Partial<Record<HealthRegion, string>>> = {
  "01": "G0J G0K G0L G4W G5H G5J G5L G5M G5N G5R G5T",
  "02": "G0V G0W G7B G7G G7H G7J G7K G7N G7P G7S G7T G7X G7Y G7Z G8A G8B G8C G8E G8G G8H G8J G8K G8L G8M G8N",
  "03": `
    G0A G1A G1B G1C G1E G1G G1H G1J G1K G1L G1M G1N G1P G1R G1S G1T G1V G1W G1X G1Y G2A G2B G2C G2E G2G G2J G2K G2L
    G2M G2N G3A G3B G3C G3E G3G G3H G3J G3K G3L G3M G3N G3S G3Z G4A G5A
  `,
  "04": `
    G0P G0X G0Z G6L G6P G6R G6S G6T G8T G8V G8W G8Y G8Z G9A G9B G9C G9H G9N G9P G9R G9T G9X J0A J0C J1Z J2A J2B J2C
    J2E J3T J5V
  `,
  "05": "G0Y G6B J0B J0E J1A J1C J1E J1G J1H J1J J1K J1L J1M J1N J1R J1S J1T J1X J2G J2H J2J J2K J2L J2M J2N",
  "06": `
    H1A H1B H1C H1E H1G H1H H1J H1K H1L H1M H1N H1P H1R H1S H1T H1V H1W H1X H1Y H1Z H2A H2B H2C H2E H2G H2H H2J H2K
    H2L H2M H2N H2P H2R H2S H2T H2V H2W H2X H2Y H2Z H3A H3B H3C H3E H3G H3H H3J H3K H3L H3M H3N H3P H3R H3S H3T H3V
    H3W H3X H3Y H3Z H4A H4B H4C H4E H4G H4H H4J H4K H4L H4M H4N H4P H4R H4S H4T H4V H4W H4X H4Y H4Z H5A H5B H8N H8P
    H8R H8S H8T H8Y H8Z H9A H9B H9C H9E H9G H9H H9J H9K H9P H9R H9S H9W H9X
  `,
  "07": "J0V J0X J8L J8M J8N J8P J8R J8T J8V J8X J8Y J8Z J9A J9B J9E J9H J9J",
  "08": "J0Y J0Z J9P J9T J9V J9X J9Y J9Z",
  "09": "G0G G0H G0T G4R G4S G4Z G5B G5C",
  "10": "G8P",
  "11": "G0B G0C G0E G4T G4V G4X",
  "12": "G0M G0N G0R G0S G5V G5X G5Y G5Z G6A G6C G6E G6G G6H G6J G6K G6V G6W G6X G6Y G6Z G7A",
  "13": "H7A H7B H7C H7E H7G H7H H7J H7K H7L H7M H7N H7P H7R H7S H7T H7V H7W H7X H7Y",
  "14": "J0K J5M J5T J5W J5X J5Y J5Z J6A J6E J6V J6W J6X J6Y J7K J7L J7M",
  "15": `
    J0N J0R J0T J0W J5J J5K J5L J5N J6Z J7A J7B J7C J7E J7G J7H J7J J7N J7P J7R J7Y J7Z J8A J8B J8C J8E J8G J8H J9L
  `,
  "16": `
    H0M J0G J0H J0J J0L J0P J0S J2R J2S J2T J2W J2X J2Y J3A J3B J3E J3G J3H J3L J3M J3N J3P J3R J3V J3X J3Y J3Z J4B
    J4G J4H J4J J4K J4L J4M J4N J4P J4R J4S J4T J4V J4W J4X J4Y J4Z J5A J5B J5C J5R J6J J6K J6N J6R J6S J6T J7T J7V
    J7W J7X
  `,
  "17": "J0M",
};

/**
 * Rural codes (one for each post office) of another region than most people of their area. Those that change the rings
 * of CASC-17 are the five of Charlevoix in G0T, which is otherwise the Côte-Nord. J0M 1G0, which Kuujjuarapik and
 * Whapmagoostui share, stays Nunavik's; Kawawachikamach (G0G 2Z0) has its services from the Côte-Nord.
 */
export const localities: Readonly<Partial<Record<HealthRegion, string>>> = {
  "01": "G0R1Z0 G0R3W0",
  "03": "G0T1A0 G0T1L0 G0T1S0 G0T1V0 G0T1X0",
  "04": `
    G0N1N0 G0S1G0 G0S1J0 G0S1K0 G0S1P0 G0S1T0 G0S1V0 G0S1X0 G0S2N0 G0S3K0 J0B2T0 J0G1A0 J0G1B0 J0G1C0 J0G1J0 J0G1M0
    J0G1N0 J0G1R0 J0G1V0 J0H2C0 J0K1N0 J0K1R0 J0K1V0 J0K2H0 J0K2V0 J0K2W0 J0K3G0 J0K3M0
  `,
  "05": `
    G0M1H0 G0M1W0 G0M2E0 J0A1A0 J0A1C0 J0A1G0 J0A1J0 J0A1N0 J0J1A0 J0J1C0 J0J1M0 J0J1P0 J0J1T0 J0J1Y0 J0J2B0 J0J2H0
    J0J2J0
  `,
  "07": "J0T1K0 J0W1E0 J0W1N0 J0W1W0",
  "10": "G0W1H0 J0Y1X0 J0Y2A0 J0Y2X0",
  "11": "G0J1E0 G0J1R0 G0J1V0 G0J2E0 G0J2G0 G0J2N0",
  "12": "G0P1G0 G0Y1B0",
  "14": "J0T2A0 J0T2C0 J0T2E0",
  "15": "J0V1B0 J0V1J0 J0V1K0 J0V1X0 J0V2B0 J0X2M0",
  "16": "J0E1A0 J0E1E0",
  "18": "G0W1C0 G0W3C0 J0M1E0 J0M1L0 J0M1R0 J0M1W0 J0Y3B0 J0Y3C0",
};
