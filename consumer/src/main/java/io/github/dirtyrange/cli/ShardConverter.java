package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.Shard;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Understands a shard, for instance 2/8. */
final class ShardConverter implements ITypeConverter<Shard> {

  @Override
  public Shard convert(String text) {
    try {
      return Shard.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
