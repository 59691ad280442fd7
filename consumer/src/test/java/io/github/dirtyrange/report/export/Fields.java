package io.github.dirtyrange.report.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/** Reads messages that are known by their descriptors alone. */
final class Fields {

  private Fields() {}

  private static FieldDescriptor field(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    assertThat(field).as(name).isNotNull();
    return field;
  }

  static boolean has(Message message, String name) {
    return message.hasField(field(message, name));
  }

  static long number(Message message, String name) {
    return ((Number) message.getField(field(message, name))).longValue();
  }

  static String text(Message message, String name) {
    return message.getField(field(message, name)).toString();
  }

  static Message message(Message message, String name) {
    return (Message) message.getField(field(message, name));
  }

  @SuppressWarnings("unchecked") // what a repeated field of messages has
  static List<Message> messages(Message message, String name) {
    return (List<Message>) message.getField(field(message, name));
  }

  static List<Long> numbers(Message message, String name) {
    return ((List<?>) message.getField(field(message, name)))
        .stream().map(each -> ((Number) each).longValue()).toList();
  }

  /** Holds that the descriptors know every field. */
  static void assertKnown(Message message) {
    assertThat(message.getUnknownFields().asMap()).as(message.toString()).isEmpty();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return;
              }
              if (field.isRepeated()) {
                messages(message, field.getName()).forEach(Fields::assertKnown);
              } else {
                assertKnown((Message) value);
              }
            });
  }
}
