import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A heap that churns: maps of byte arrays, replaced at random, so that objects of every age die. */
final class Churn {

  private static final int PLACES = 200_000;

  private Churn() {}

  /** Says now and then in the file named by the argument how much has been done. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path done = Path.of(arguments[0]);
    SplittableRandom random = new SplittableRandom(1);
    byte[][] heap = new byte[PLACES][];
    for (long round = 1; ; round++) {
      for (int i = 0; i < 2_000; i++) {
        heap[random.nextInt(PLACES)] = new byte[random.nextInt(16, 1_500)];
      }
      if (round % 20 == 0) {
        Files.writeString(done, round + "\n");
        Thread.sleep(1);
      }
    }
  }
}
