/**
 * Where the package (zipcodes 8.0.0) has no position for a postal code of Québec, or one that misleads: to a hundredth of
 * a degree (1 km), the middle of the town or village.
 */

/** North and east, in degrees. */
type NorthEast = readonly [number, number];

/** Of forward sortation areas. */
export const areaPositions: Readonly<Record<string, NorthEast>> = {
  // Missing: areas that Canada Post has made since the package's source was drawn.
  G3B: [46.96, -71.29], // Lac-Beauport
  G3C: [47.0, -71.37], // Stoneham-et-Tewkesbury
  G3N: [46.85, -71.62], // Sainte-Catherine-de-la-Jacques-Cartier
  G3S: [46.88, -71.52], // Shannon
  G6Y: [46.81, -71.12], // Lévis, east
  J1C: [45.48, -71.95], // Sherbrooke, Bromptonville
  J1R: [45.4, -72.04], // Sherbrooke, Saint-Élie
  J2M: [45.36, -72.57], // Shefford
  J5C: [45.4, -73.58], // Sainte-Catherine
  J5N: [45.76, -73.81], // Sainte-Anne-des-Plaines
  J7W: [45.37, -73.98], // Pincourt, Notre-Dame-de-l'Île-Perrot

  // Towns that the package places more than 5 km away.
  G1A: [46.81, -71.21], // Québec, the government: 12 km
  G2K: [46.85, -71.3], // Québec, Lebourgneuf
  G3A: [46.74, -71.46], // Saint-Augustin-de-Desmaures
  G4T: [47.39, -61.86], // Cap-aux-Meules: 29 km
  G8E: [48.63, -71.7], // Alma, north
  G8M: [48.88, -72.45], // Albanel: 19 km
  G8T: [46.38, -72.52], // Trois-Rivières, Cap-de-la-Madeleine
  G9B: [46.31, -72.67], // Trois-Rivières, west
  H0M: [45.01, -74.65], // Akwesasne: 118 km
  H4Y: [45.46, -73.75], // Dorval, the airport
  H7B: [45.67, -73.63], // Laval, Saint-François
  J1Z: [45.93, -72.43], // Saint-Cyrille-de-Wendover
  J2W: [45.37, -73.31], // Saint-Jean-sur-Richelieu, Saint-Luc
  J4Z: [45.44, -73.42], // Brossard, east
  J6N: [45.31, -73.87], // Beauharnois
  J6S: [45.27, -74.06], // Salaberry-de-Valleyfield, north
  J7J: [45.71, -73.93], // Mirabel, Saint-Janvier
  J7N: [45.64, -74.09], // Mirabel, south-west
  J7T: [45.39, -74.13], // Saint-Lazare
  J8G: [45.68, -74.41], // Brownsburg-Chatham
  J8N: [45.66, -75.72], // Val-des-Monts
  J9B: [45.5, -75.79], // Chelsea: 11 km
  J9J: [45.44, -75.85], // Gatineau, Aylmer
  J9Y: [48.26, -79.03], // Rouyn-Noranda: 62 km, in La Sarre

  // Rural areas of which the package names a corner, or a point outside: where most of their people live.
  G0A: [46.94, -71.24], // Beaupré, Île d'Orléans and Portneuf: 60 km; most of its codes have a row below
  G0E: [49.2, -65.3], // between Mont-Louis and Grande-Vallée
  G0G: [50.24, -63.6], // Havre-Saint-Pierre
  G0J: [48.5, -67.55], // between Sayabec and Causapscal
  G0S: [46.53, -71.22], // between Saint-Apollinaire and Saint-Isidore
  G0T: [48.35, -69.41], // Les Escoumins: 100 km, in Charlevoix
  G0W: [48.5, -71.77], // Saint-Gédéon
  J0K: [46.06, -73.55], // between Rawdon and Saint-Félix-de-Valois
  J0M: [58.1, -68.42], // Kuujjuaq
  J0N: [45.53, -73.97], // Sainte-Marthe-sur-le-Lac, Oka: 33 km, in Terrebonne
  J0V: [45.68, -74.98], // between Papineauville and Saint-André-Avellin
};

/**
 * Of single codes: the villages of Capitale-Nationale in G0A and G0T. It is the only rural region that is searched in
 * rings of 10 km, up to 50, and from Grondines to Saint-Siméon it is 200 km long.
 */
export const localityPositions: Readonly<Record<string, NorthEast>> = {
  // Portneuf
  "G0A 1A0": [46.82, -71.97], // Sainte-Christine-d'Auvergne
  "G0A 1L0": [46.67, -71.79], // Cap-Santé
  "G0A 1S0": [46.65, -71.93], // Deschambault
  "G0A 1W0": [46.6, -72.04], // Grondines
  "G0A 2J0": [46.87, -71.72], // Lac-Sergent
  "G0A 2R0": [46.7, -71.58], // Neuville
  "G0A 2Y0": [46.69, -71.89], // Portneuf
  "G0A 3A0": [46.99, -72.18], // Rivière-à-Pierre
  "G0A 3B0": [46.72, -72.08], // Saint-Alban
  "G0A 3G0": [46.75, -71.82], // Saint-Basile
  "G0A 3L0": [46.66, -72.14], // Saint-Casimir
  "G0A 3T0": [46.71, -71.97], // Saint-Gilbert
  "G0A 4A0": [46.89, -71.92], // Saint-Léonard-de-Portneuf
  "G0A 4B0": [46.68, -72.05], // Saint-Marc-des-Carrières
  "G0A 4H0": [46.71, -72.2], // Saint-Thuribe
  "G0A 4L0": [46.75, -72.27], // Saint-Ubalde

  // La Jacques-Cartier
  "G0A 3K0": [47.0, -71.2], // Sainte-Brigitte-de-Laval
  "G0A 4S0": [46.94, -71.47], // Saint-Gabriel-de-Valcartier

  // La Côte-de-Beaupré
  "G0A 1E0": [47.05, -70.89], // Beaupré
  "G0A 1H0": [46.9, -71.15], // Boischatel
  "G0A 1N0": [46.97, -71.02], // Château-Richer
  "G0A 2K0": [46.92, -71.1], // L'Ange-Gardien
  "G0A 3C0": [47.02, -70.93], // Sainte-Anne-de-Beaupré
  "G0A 3R0": [47.12, -70.85], // Saint-Ferréol-les-Neiges
  "G0A 3X0": [47.05, -70.84], // Saint-Joachim
  "G0A 4J0": [47.13, -70.77], // Saint-Tite-des-Caps

  // L'Île-d'Orléans
  "G0A 3P0": [46.97, -70.96], // Sainte-Famille
  "G0A 3S0": [47.0, -70.81], // Saint-François
  "G0A 3W0": [46.92, -70.9], // Saint-Jean
  "G0A 3Z0": [46.86, -71.01], // Saint-Laurent
  "G0A 4C0": [46.85, -71.13], // Sainte-Pétronille
  "G0A 4E0": [46.88, -71.07], // Saint-Pierre

  // Charlevoix
  "G0A 2L0": [47.31, -70.57], // Petite-Rivière-Saint-François
  "G0A 2M0": [47.48, -70.32], // Les Éboulements
  "G0A 3J0": [47.4, -70.38], // L'Isle-aux-Coudres
  "G0A 3V0": [47.57, -70.4], // Saint-Hilarion
  "G0A 4K0": [47.56, -70.53], // Saint-Urbain
  "G0T 1A0": [48.1, -69.72], // Baie-Sainte-Catherine
  "G0T 1L0": [47.67, -70.39], // Notre-Dame-des-Monts
  "G0T 1S0": [47.68, -70.3], // Saint-Aimé-des-Lacs
  "G0T 1V0": [47.57, -70.2], // Saint-Irénée
  "G0T 1X0": [47.84, -69.88], // Saint-Siméon
};
