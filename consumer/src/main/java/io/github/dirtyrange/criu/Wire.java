package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Tags of fields in CRIU's messages: a field's number, and how its value is written. */
final class Wire {

  /** The first bit of a field's number in its tag. */
  static final int NUMBER = 3;

  /** A value that is a varint needs no more bits in its tag. */
  static final int VARINT = 0;

  /** A value that has its length before it: a text, a message, or packed numbers. */
  static final int BYTES = 2;

  /** Most messages are short. */
  private static final int SMALL = 256;

  private Wire() {}

  /** What is done with a field, whose tag was read; it reads the value, or skips it. */
  @FunctionalInterface
  interface FieldReader {
    void read(int tag) throws IOException;
  }

  /** Reads the fields of a message up to its end. */
  static void fields(CodedInputStream in, FieldReader reader) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reader.read(tag);
    }
  }

  /** Reads the fields of a message that is a field itself. */
  static void nested(CodedInputStream in, FieldReader reader) throws IOException {
    int outside = in.pushLimit(in.readRawVarint32());
    fields(in, reader);
    in.checkLastTagWas(0);
    in.popLimit(outside);
  }

  /** Writes the fields of a message. */
  @FunctionalInterface
  interface FieldWriter {
    void write(CodedOutputStream out) throws IOException;
  }

  /** {@return the bytes of a message with such fields} */
  static byte[] message(FieldWriter fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, SMALL);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes all that is written", e);
    }
    return bytes.toByteArray();
  }

  /** Writes a field that is a number. */
  static void put(CodedOutputStream out, int tag, long value) throws IOException {
    out.writeUInt32NoTag(tag);
    out.writeUInt64NoTag(value);
  }

  /** Writes a field that is a message or a text. */
  static void put(CodedOutputStream out, int tag, byte[] value) throws IOException {
    out.writeUInt32NoTag(tag);
    out.writeByteArrayNoTag(value);
  }
}
