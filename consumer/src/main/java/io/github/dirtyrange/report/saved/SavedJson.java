package io.github.dirtyrange.report.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.saved.SavedMapping;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the JSON of saved memory has in common. Addresses are texts: numbers there have 53 bits. */
final class SavedJson {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private SavedJson() {}

  /** {@return an object of the record's shape, ended by a line feed} */
  static String render(Object shape) {
    return GSON.toJson(shape) + "\n";
  }

  static @Nullable Long orNull(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  static @Nullable Integer orNull(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }

  static <T> @Nullable T orNull(Optional<T> value) {
    return value.isPresent() ? value.get() : null;
  }

  /** A mapping's place. */
  record MappingPart(String start, String end, String name) {

    static MappingPart of(SavedMapping mapping, int pageSize) {
      return new MappingPart(
          Addresses.hex(mapping.startVpn() * pageSize),
          Addresses.hex(mapping.endVpn() * pageSize),
          mapping.name());
    }
  }
}
