/** A city that visitors come from. Latitude and longitude are of the city, never of a person. */
export interface City {
  country: string
  name: string
  state: string
  postal: string
  latitude: number
  longitude: number
  /** Hours ahead of UTC in winter: office hours follow it. */
  offsetHours: number
}

type Line = readonly [string, string, string, string, number, number, number]

/** All of it is Latin-1: one letter beyond would double the size of every string that it is put into. */
const LINES: readonly [Line, ...Line[]] = [
  ['US', 'Austin', 'Texas', '78701', 30.27, -97.74, -6],
  ['US', 'Boston', 'Massachusetts', '02108', 42.36, -71.06, -5],
  ['US', 'Chicago', 'Illinois', '60601', 41.88, -87.63, -6],
  ['US', 'Denver', 'Colorado', '80202', 39.74, -104.99, -7],
  ['US', 'New York', 'New York', '10001', 40.71, -74.01, -5],
  ['US', 'San Francisco', 'California', '94103', 37.77, -122.42, -8],
  ['US', 'Seattle', 'Washington', '98101', 47.61, -122.33, -8],
  ['DE', 'Berlin', 'Berlin', '10115', 52.52, 13.4, 1],
  ['DE', 'Hamburg', 'Hamburg', '20095', 53.55, 9.99, 1],
  ['DE', 'München', 'Bayern', '80331', 48.14, 11.58, 1],
  ['GB', 'London', 'England', 'EC1A', 51.51, -0.13, 0],
  ['GB', 'Manchester', 'England', 'M1', 53.48, -2.24, 0],
  ['FR', 'Lyon', 'Auvergne-Rhône-Alpes', '69001', 45.76, 4.84, 1],
  ['FR', 'Paris', 'Île-de-France', '75001', 48.86, 2.35, 1],
  ['NL', 'Amsterdam', 'Noord-Holland', '1012', 52.37, 4.9, 1],
  ['SE', 'Stockholm', 'Stockholm', '111 20', 59.33, 18.07, 1],
  ['CH', 'Zürich', 'Zürich', '8001', 47.37, 8.54, 1],
  ['PL', 'Warszawa', 'Mazowieckie', '00-001', 52.23, 21.01, 1],
  ['ES', 'Madrid', 'Madrid', '28001', 40.42, -3.7, 1],
  ['IT', 'Milano', 'Lombardia', '20121', 45.46, 9.19, 1],
  ['BR', 'São Paulo', 'São Paulo', '01000', -23.55, -46.63, -3],
  ['CA', 'Toronto', 'Ontario', 'M5H', 43.65, -79.38, -5],
  ['IN', 'Bengaluru', 'Karnataka', '560001', 12.97, 77.59, 5],
  ['IN', 'Pune', 'Maharashtra', '411001', 18.52, 73.86, 5],
  ['JP', 'Tokyo', 'Tokyo', '100-0001', 35.68, 139.69, 9],
  ['AU', 'Sydney', 'New South Wales', '2000', -33.87, 151.21, 10],
  ['SG', 'Singapore', '', '018956', 1.35, 103.82, 8],
  ['KR', 'Seoul', 'Seoul', '04524', 37.57, 126.98, 9],
  ['IL', 'Tel Aviv', 'Tel Aviv', '61000', 32.09, 34.78, 2],
  ['ZA', 'Cape Town', 'Western Cape', '8001', -33.92, 18.42, 2],
]

const cityOf = ([country, name, state, postal, latitude, longitude, offsetHours]: Line): City => ({
  country,
  name,
  state,
  postal,
  latitude,
  longitude,
  offsetHours,
})

const [first, ...rest] = LINES
export const CITIES: readonly [City, ...City[]] = [cityOf(first), ...rest.map(cityOf)]

/** Real public suffixes, most common first; those of a country belong to companies with an office there. */
export const GLOBAL_SUFFIXES: readonly [string, ...string[]] = ['com', 'com', 'com', 'io', 'net', 'dev', 'eu']
export const COUNTRY_SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['DE', 'de'],
  ['GB', 'co.uk'],
  ['FR', 'fr'],
  ['NL', 'nl'],
  ['SE', 'se'],
  ['CH', 'ch'],
  ['PL', 'com.pl'],
  ['ES', 'es'],
  ['IT', 'it'],
  ['BR', 'com.br'],
  ['CA', 'ca'],
  ['IN', 'co.in'],
  ['JP', 'co.jp'],
  ['AU', 'com.au'],
  ['SG', 'com.sg'],
  ['KR', 'co.kr'],
  ['IL', 'co.il'],
  ['ZA', 'co.za'],
])
