import { customFieldMetadata } from './metadata-field.ts'
import { layoutMetadata } from './metadata-layout.ts'
import { listViewMetadata } from './metadata-list-view.ts'
import { customObjectMetadata } from './metadata-object.ts'
import { permissionSetMetadata } from './metadata-permission-set.ts'
import type { MetadataType } from './metadata-type.ts'

export const METADATA_TYPES: Readonly<Record<string, MetadataType>> = {
  CustomField: customFieldMetadata,
  CustomObject: customObjectMetadata,
  PermissionSet: permissionSetMetadata,
  Layout: layoutMetadata,
  ListView: listViewMetadata,
}
