package io.github.dirtyrange.report.export;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Descriptions of protocol buffers, a field a line, for protobuf's own parser. */
final class Schema {

  private final FileDescriptorProto.Builder file =
      FileDescriptorProto.newBuilder().setName("own").setPackage("own").setSyntax("proto2");

  /**
   * Adds a message.
   *
   * @param fields each as "8 timestamp uint64"; with "repeated " before the type; a type that is
   *     none of protobuf's is a message's, and one behind "enum " an enum's
   */
  Schema message(String name, String... fields) {
    DescriptorProto.Builder message = file.addMessageTypeBuilder().setName(name);
    for (String line : fields) {
      String[] words = line.split(" ", 3);
      message.addField(field(Integer.parseInt(words[0]), words[1], words[2]));
    }
    return this;
  }

  /** Adds an enum, each value as "3 TYPE_INSTANT". */
  Schema enumeration(String name, String... values) {
    EnumDescriptorProto.Builder type = file.addEnumTypeBuilder().setName(name);
    for (String line : values) {
      String[] words = line.split(" ", 2);
      type.addValue(
          EnumValueDescriptorProto.newBuilder()
              .setNumber(Integer.parseInt(words[0]))
              .setName(words[1]));
    }
    return this;
  }

  private static FieldDescriptorProto.Builder field(int number, String name, String said) {
    boolean repeated = said.startsWith("repeated ");
    String type = repeated ? said.substring("repeated ".length()) : said;
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setNumber(number)
            .setName(name)
            .setLabel(
                repeated
                    ? FieldDescriptorProto.Label.LABEL_REPEATED
                    : FieldDescriptorProto.Label.LABEL_OPTIONAL);
    if (type.startsWith("enum ")) {
      return field
          .setType(FieldDescriptorProto.Type.TYPE_ENUM)
          .setTypeName(".own." + type.substring("enum ".length()));
    }
    if (Character.isUpperCase(type.charAt(0))) {
      return field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(".own." + type);
    }
    return field.setType(
        FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
  }

  /** {@return a message that was added} */
  Descriptor named(String name) throws DescriptorValidationException {
    return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
        .findMessageTypeByName(name);
  }

  /** {@return a message of a set that protoc wrote from one file without imports} */
  static Descriptor published(Path set, String name)
      throws IOException, DescriptorValidationException {
    List<FileDescriptorProto> files =
        FileDescriptorSet.parseFrom(Files.readAllBytes(set)).getFileList();
    return FileDescriptor.buildFrom(files.get(0), new FileDescriptor[0])
        .findMessageTypeByName(name);
  }
}
