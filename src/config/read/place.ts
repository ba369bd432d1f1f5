import path from 'node:path'

/** Where the file that is being read stands, and what in the config may be named. */
export interface Place {
  /** Absolute: what relative paths are relative to. */
  directory: string
  segments: readonly string[]
  connectors: readonly string[]
}

/** `s3://…`, `gs://…` and the like are no paths. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i

export const absolute = ({ directory }: Pick<Place, 'directory'>, written: string): string =>
  ADDRESS.test(written) ? written : path.resolve(directory, written)

/** A state's url with its path made absolute. */
export function absoluteState(place: Pick<Place, 'directory'>, url: string): string {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1]
  return file === undefined || file === ':memory:' ? url : `sqlite:${absolute(place, file)}`
}
