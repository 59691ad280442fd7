package io.github.dirtyrange.conform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of some parts of a plan: of {@code of} shards, the one of that number has every {@code of}-th
 * program. The shards of a plan are disjoint, and together they are the plan.
 *
 * @param number from 1 on
 * @param of how many there are, at least 1
 */
public record Shard(int number, int of) {

  /** All of a plan. */
  public static final Shard WHOLE = new Shard(1, 1);

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no such shard
   */
  public Shard {
    if (number < 1 || number > of) {
      throw new IllegalArgumentException(
          of < 1
              ? "there is no shard of " + of + "; a whole is 1/1"
              : "there is no shard " + number + " of " + of + "; the first is 1/" + of);
    }
  }

  /**
   * {@return the shard that a text such as 2/8 means}
   *
   * @throws IllegalArgumentException if it means none
   */
  public static Shard parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no shard; write 2/8 for the second of 8");
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return number + "/" + of;
  }
}
