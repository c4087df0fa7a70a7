import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import { messageFields } from './description/message.ts';
import { otherFields } from './description/other.ts';
import { attemptItem, type ItemOutcome, itemsOf } from './items.ts';
import { getSenders, getTemplates } from './list-search.ts';
import { OPERATIONS } from './operations.ts';
import { sendAndWait } from './send-and-wait.ts';
import { sendAndWaitWebhooks } from './send-and-wait-webhooks.ts';
import { sendTexts } from './send.ts';
import { takeAnswer } from './take-answer.ts';

export class SmsBridge implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'SMS',
    name: 'smsBridge',
    icon: { light: 'file:smsbridge.svg', dark: 'file:smsbridge.dark.svg' },
    group: ['output'],
    version: 1,
    // "send and wait: message" for sendAndWait.
    subtitle:
      '={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
    description: 'Send texts, wait for replies, look up numbers and honour opt-outs with SMS Bridge',
    defaults: { name: 'SMS' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [{ name: 'smsBridgeApi', required: true }],
    webhooks: sendAndWaitWebhooks,
    waitingNodeTooltip: '={{ "Waiting for the reply of " + $parameter.to }}',
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        default: 'message',
        options: [
          { name: 'Message', value: 'message' },
          { name: 'Number', value: 'number' },
          { name: 'Opt-Out', value: 'optOut' },
          { name: 'Template', value: 'template' },
        ],
      },
      ...messageFields,
      ...otherFields,
    ],
  };

  methods = { listSearch: { getSenders, getTemplates } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const name = `${this.getNodeParameter('resource', 0)}.${this.getNodeParameter('operation', 0)}`;
    if (name === 'message.sendAndWait') return sendAndWait(this);
    if (name === 'message.send') return [itemsOf(this, await sendTexts(this))];
    const operation = OPERATIONS[name];
    if (!operation) throw new NodeOperationError(this.getNode(), `There is no operation ${name}`);
    const outcomes: ItemOutcome[] = [];
    for (let item = 0; item < this.getInputData().length; item += 1) {
      const outcome = await attemptItem(() => operation(this, item));
      outcomes.push(outcome);
      if (!outcome.ok && !this.continueOnFail()) break;
    }
    return [itemsOf(this, outcomes)];
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return takeAnswer(this);
  }
}
