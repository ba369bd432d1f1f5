import { Webhook } from 'standardwebhooks'

/**
 * Signs by the Standard Webhooks scheme. A secret is base64, with or without `whsec_`, as the scheme says; another text
 * is taken as the bytes that it is.
 */
export function signerOf(secret: string): (id: string, at: Date, body: string) => string {
  const webhook = keyOf(secret)
  return (id, at, body) => webhook.sign(id, at, body)
}

function keyOf(secret: string): Webhook {
  try {
    return new Webhook(secret)
  } catch {
    return new Webhook(secret, { format: 'raw' })
  }
}
