import { auditCommand } from './audit-command.ts';
import { batchCommand } from './batch-command.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion-command.ts';
import { consentCommand } from './consent-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { eraseCommand } from './erase-command.ts';
import { exportCommand } from './export-command.ts';
import { keysCommand } from './keys-command.ts';
import { listenCommand } from './listen-command.ts';
import { optoutCommand } from './optout-command.ts';
import { pauseCommand, resumeCommand } from './pause-command.ts';
import { previewCommand } from './preview-command.ts';
import { routesCommand } from './routes-command.ts';
import { rulesCommand } from './rules-command.ts';
import { sendCommand } from './send-command.ts';
import { senderRulesCommand } from './sender-rules-command.ts';
import { smscCommand } from './smsc-command.ts';
import { getCommand, statusCommand } from './status-command.ts';
import { tailCommand } from './tail-command.ts';
import { webhooksCommand } from './webhooks-command.ts';

/** By what is written behind `smsbridge`, in the order of the overview. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  send: sendCommand,
  status: statusCommand,
  get: getCommand,
  preview: previewCommand,
  batch: batchCommand,
  tail: tailCommand,
  listen: listenCommand,
  optout: optoutCommand,
  consent: consentCommand,
  rules: rulesCommand,
  'sender-rules': senderRulesCommand,
  routes: routesCommand,
  smsc: smscCommand,
  webhooks: webhooksCommand,
  keys: keysCommand,
  audit: auditCommand,
  export: exportCommand,
  erase: eraseCommand,
  pause: pauseCommand,
  resume: resumeCommand,
  doctor: doctorCommand,
  completion: completionCommand,
};
