import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api'

/**
 * Does work inside a span, a child of the one around it. Without OpenTelemetry (see `telemetry.ts`) it only does the
 * work. Attributes say what and how much, never who: no domains, emails, texts of a CRM. Of an error only its kind is
 * told, since its message may quote any of them.
 */
export function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer('oql-sync').startActiveSpan(name, { attributes }, async span => {
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
      throw error
    } finally {
      span.end()
    }
  })
}
