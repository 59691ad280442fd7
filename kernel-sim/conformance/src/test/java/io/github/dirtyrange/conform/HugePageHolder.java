package io.github.dirtyrange.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process that sets huge pages aside, says so, and gives them back at the next line. */
final class HugePageHolder {

  private HugePageHolder() {}

  static Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HugePageHolder.class.getName()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    HugePagePool pool = HugePagePool.open();
    System.out.println(pool.missing().orElse("open"));
    int next = System.in.read();
    pool.close();
    System.out.println(next < 0 ? "ended" : "closed");
  }
}
