type Values = Readonly<Record<string, string>>

/** The primary's values win; the other's fill what it lacks, and the other's domain stays as an additional one. */
export function mergedProperties(primary: Values, other: Values): Values {
  const merged = { ...other, ...primary }
  const domains = new Set(
    [primary.hs_additional_domains, other.hs_additional_domains, other.domain]
      .flatMap(text => text?.split(';') ?? [])
      .filter(domain => domain !== '' && domain !== merged.domain),
  )
  return domains.size === 0 ? merged : { ...merged, hs_additional_domains: [...domains].join(';') }
}
