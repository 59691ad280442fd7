package io.github.dirtyrange.json;

import com.google.common.primitives.Primitives;
import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes numbers for numbers, texts for texts and true or false for booleans, or null. */
final class OneTypeEach implements TypeAdapterFactory {

  @Override
  public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    Class<?> raw = Primitives.wrap(type.getRawType());
    if (Number.class.isAssignableFrom(raw)) {
      return new Only<>(gson.getDelegateAdapter(this, type), JsonToken.NUMBER);
    }
    if (raw == String.class) {
      return new Only<>(gson.getDelegateAdapter(this, type), JsonToken.STRING);
    }
    return raw == Boolean.class
        ? new Only<>(gson.getDelegateAdapter(this, type), JsonToken.BOOLEAN)
        : null;
  }

  private static final class Only<T> extends TypeAdapter<T> {

    private final TypeAdapter<T> any;
    private final JsonToken only;

    Only(TypeAdapter<T> any, JsonToken only) {
      this.any = any;
      this.only = only;
    }

    @Override
    public T read(JsonReader in) throws IOException {
      JsonToken token = in.peek();
      if (token != only && token != JsonToken.NULL) {
        throw new IllegalArgumentException(
            "has %s at %s; it must be %s".formatted(named(token), in.getPath(), named(only)));
      }
      return any.read(in);
    }

    private static String named(JsonToken token) {
      return switch (token) {
        case NUMBER -> "a number";
        case STRING -> "a text";
        case BOOLEAN -> "true or false";
        case BEGIN_ARRAY -> "a list";
        default -> "an object";
      };
    }

    @Override
    public void write(JsonWriter out, T value) throws IOException {
      any.write(out, value);
    }
  }
}
