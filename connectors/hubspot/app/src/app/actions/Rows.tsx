import {
  Flex,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { BulkRow } from '@sms-bridge/ask';

const SHOWN_MAX = 100;

/** Who gets the text, who gets it later, and who is blocked and why: those first. */
export function Rows({ rows, isSent }: { readonly rows: readonly BulkRow[]; readonly isSent: boolean }) {
  const count = (state: BulkRow['state']) => rows.filter((row) => row.state === state).length;
  const segments = rows.reduce((sum, row) => sum + (row.state === 'blocked' ? 0 : row.segments), 0);
  const sorted = [...rows].sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return (
    <Flex direction="column" gap="sm">
      <Text format={{ fontWeight: 'demibold' }}>
        {`${count('ready')} ${isSent ? 'accepted' : 'ready'}, ${count('later')} later, ${count('blocked')} blocked, ${segments} parts`}
      </Text>
      <Table density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Contact</TableHeader>
            <TableHeader>Number</TableHeader>
            <TableHeader>What becomes of it</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {sorted.slice(0, SHOWN_MAX).map((row) => (
            <TableRow key={row.contactId} testId={row.contactId}>
              <TableCell>{row.name}</TableCell>
              <TableCell>{row.number ?? '–'}</TableCell>
              <TableCell>
                <StatusTag variant={TONES[row.state]}>{wordOf(row, isSent)}</StatusTag>
                {row.reason !== null && <Text variant="microcopy">{row.reason}</Text>}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {rows.length > SHOWN_MAX && <Text variant="microcopy">{`${rows.length - SHOWN_MAX} more are not shown.`}</Text>}
    </Flex>
  );
}

const ORDER: readonly BulkRow['state'][] = ['blocked', 'later', 'ready'];
const TONES = { blocked: 'danger', later: 'warning', ready: 'success' } as const;

const wordOf = ({ state }: BulkRow, isSent: boolean) =>
  state === 'blocked' ? 'Blocked' : state === 'later' ? 'Waits' : isSent ? 'Accepted' : 'Ready';
