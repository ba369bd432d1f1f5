import { existsSync } from 'node:fs'
import path from 'node:path'

/** The package's own folder, from the sources as well as from `dist`. */
function packageRoot(): string {
  let directory = import.meta.dirname
  while (!existsSync(path.join(directory, 'config', 'model.yaml'))) {
    const parent = path.dirname(directory)
    if (parent === directory)
      throw new Error(`config/model.yaml is not above ${import.meta.dirname}: a broken install`)
    directory = parent
  }
  return directory
}

/** A file that the package ships, by its path in it, such as `config/model.yaml`. */
export const shippedFile = (name: string): string => path.join(packageRoot(), name)
