import { z } from 'zod'

export interface Config {
  token: string
  base_url: string
}

export const config: z.ZodType<Config> = z.strictObject({
  token: z
    .string()
    .trim()
    .min(1)
    .meta({ secret: true })
    .describe('Service key or private app token; needs crm.objects.companies.read and .write'),
  base_url: z
    .url({ protocol: /^https?$/ })
    .default('https://api.hubapi.com')
    .describe('Where the API is; the sandbox has another'),
})
