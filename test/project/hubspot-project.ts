import type { HubSpotSandbox, HubSpotSandboxOptions } from '../../connectors/hubspot/sandbox/index.ts'
import { morningClock, type RunningClock } from './clocks.ts'
import { type CrmProject, type CrmSetting, crmProject } from './crm-project.ts'
import { startHubSpot } from './sandboxes.ts'

export interface HubSpotProject extends CrmProject<HubSpotSandbox['control']> {
  /** Of the portal and of the runs. */
  clock: RunningClock
}

/** A project whose portal has no limits where a test does not say so. */
export async function hubSpotProject({
  portal,
  ...setting
}: CrmSetting & { portal?: HubSpotSandboxOptions } = {}): Promise<HubSpotProject> {
  const clock = morningClock()
  const sandbox = await startHubSpot({ unlimited: true, now: clock.date, ...portal })
  // Without Sales Hub nothing of leads can be made.
  const isMeant = (object: string) => portal?.salesHub === false && object === 'leads'
  return { ...(await crmProject({ name: 'hubspot', clock, isMeant, ...sandbox }, setting)), clock }
}
