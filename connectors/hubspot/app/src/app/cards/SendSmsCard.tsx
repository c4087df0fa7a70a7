import { hubspot } from '@hubspot/ui-extensions';
import { Conversation } from './Conversation.tsx';

hubspot.extend<'crm.record.tab'>(({ context }) => <Conversation context={context} />);
