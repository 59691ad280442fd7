package io.github.dirtyrange.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON in which nothing is there twice, a number is a number, and a text is a text. Of two members
 * of one name a usual reader takes the last, and it takes {@code "0"} for a number.
 */
public final class StrictJson {

  /** Sums of some thousand of them are numbers still. */
  private static final long MOST_COUNTED = 1L << 50;

  private static final int MOST_SHOWN = 40;

  private StrictJson() {}

  /** {@return what writes JSON as it is given, and reads it strictly} */
  public static GsonBuilder builder() {
    return new GsonBuilder()
        .disableHtmlEscaping()
        .setStrictness(Strictness.STRICT)
        .registerTypeAdapterFactory(new OneTypeEach());
  }

  /**
   * {@return what a text says, in a shape; null if it says nothing}
   *
   * @throws JsonParseException if it is no JSON of that shape
   * @throws IllegalArgumentException if an object has two members of one name, or something is of
   *     another type, with a line that says which
   */
  public static <T> @Nullable T read(Gson gson, String text, Class<T> shape) {
    T read = gson.fromJson(text, shape);
    if (read == null) {
      return null;
    }
    try {
      requireOnce(text);
    } catch (IOException e) {
      throw new JsonParseException(e);
    }
    return read;
  }

  private static void requireOnce(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    Deque<Set<String>> members = new ArrayDeque<>();
    while (reader.peek() != JsonToken.END_DOCUMENT) {
      switch (reader.peek()) {
        case BEGIN_OBJECT -> {
          reader.beginObject();
          members.push(new HashSet<>());
        }
        case END_OBJECT -> {
          reader.endObject();
          members.pop();
        }
        case BEGIN_ARRAY -> reader.beginArray();
        case END_ARRAY -> reader.endArray();
        case NAME -> {
          String name = reader.nextName();
          if (!members.element().add(name)) {
            throw new IllegalArgumentException("has \"" + shown(name) + "\" twice in one object");
          }
        }
        default -> reader.skipValue();
      }
    }
  }

  private static String shown(String name) {
    return name.length() <= MOST_SHOWN ? name : name.substring(0, MOST_SHOWN) + "...";
  }

  /**
   * {@return a number of what there may be none of, but not less}
   *
   * @throws IllegalArgumentException if it cannot be one, with a line that says so
   */
  public static long count(long number, String name) {
    if (number < 0 || number > MOST_COUNTED) {
      throw new IllegalArgumentException("says that \"" + name + "\" is " + number);
    }
    return number;
  }
}
