/** The part of npm smpp 0.5.1 that the codec uses: its tables and its PDU class. The package ships no types. */
declare module 'smpp' {
  /** How a value is laid out. `length` is given for TLVs only. */
  interface WireType {
    read(buffer: Buffer, offset: number, length?: number): unknown;
    write(value: unknown, buffer: Buffer, offset: number): void;
    size(value: unknown): number;
    default?: unknown;
  }

  interface Parameter {
    type: WireType;
    filter?: unknown;
    default?: unknown;
  }

  interface Tlv {
    id: number;
    tag: string;
    type: WireType;
    filter?: unknown;
    multiple?: boolean;
  }

  interface Command {
    id: number;
    command: string;
    params?: Record<string, Parameter>;
  }

  class PDU {
    constructor(frame: Buffer);
    constructor(command: string, options?: Record<string, unknown>);
    static maxLength: number;
    readonly command: string;
    readonly command_length: number;
    readonly command_id: number;
    readonly command_status: number;
    readonly sequence_number: number;
    toBuffer(): Buffer;
  }

  const smpp: {
    PDU: typeof PDU;
    commands: Record<string, Command>;
    tlvs: Record<string, Tlv>;
    tlvsById: Record<number, Tlv>;
    types: Record<'int8' | 'int16' | 'int32' | 'string' | 'cstring' | 'buffer', WireType> & {
      tlv: Record<'int8' | 'int16' | 'int32' | 'string' | 'cstring' | 'buffer', WireType>;
    };
  };
  export default smpp;
}
