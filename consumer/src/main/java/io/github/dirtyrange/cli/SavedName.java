package io.github.dirtyrange.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Saved memory on the command line: {@code DIR}, or {@code DIR@3} for its generation 3. What is
 * there under the whole of the text is a directory of that name.
 *
 * @param path where it is
 * @param generation which one; nothing if none is named
 */
record SavedName(Path path, OptionalLong generation) {

  private static final Pattern WITH_GENERATION = Pattern.compile("(.*[^/])@([0-9]{1,18})");

  /** {@return the name that a text means} Throws {@link TypeConversionException} if none. */
  static SavedName parse(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("a directory's name is empty");
    }
    try {
      Path whole = Path.of(text);
      Matcher parts = WITH_GENERATION.matcher(text);
      if (!parts.matches() || Files.exists(whole, LinkOption.NOFOLLOW_LINKS)) {
        return new SavedName(whole, OptionalLong.empty());
      }
      return new SavedName(
          Path.of(parts.group(1)), OptionalLong.of(Long.parseLong(parts.group(2))));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' can be no directory's name");
    }
  }

  /** {@return the same with what --generation says} Throws {@link UsageMistake} if both say it. */
  SavedName with(@Nullable Long number) {
    if (number == null) {
      return this;
    }
    if (generation.isPresent()) {
      throw new UsageMistake(
          "the generation is named twice, by @" + generation.getAsLong() + " and by --generation");
    }
    return new SavedName(path, OptionalLong.of(number));
  }

  /** Throws {@link UsageMistake} if a generation is named, and the command is about all. */
  void requireWhole() {
    if (generation.isPresent()) {
      throw new UsageMistake(
          "this is about all generations; name " + path + " without @" + generation.getAsLong());
    }
  }

  @Override
  public String toString() {
    return generation.isPresent() ? path + "@" + generation.getAsLong() : path.toString();
  }

  /** Converts for picocli. */
  static final class Converter implements ITypeConverter<SavedName> {
    @Override
    public SavedName convert(String text) {
      return parse(text);
    }
  }
}
