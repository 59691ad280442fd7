package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * What a strategy did at a point of a survey.
 *
 * @param name of the strategy in reports: its label, and of a queue the design where one was named
 * @param strategy which one
 * @param pagesInspected pages whose state was looked at, of a round (median)
 * @param pagesReported pages reported, of a round (median)
 * @param missed pages written and not reported, of all rounds
 * @param extra pages reported and not written, of all rounds
 * @param copyMismatches pages whose copy was not what the workload wrote, of all rounds
 * @param fallbackRounds rounds that scanned everything because records had been lost
 * @param scannedByChoice rounds that scanned everything because it was cheaper
 * @param queueBytes the most memory that its buffers and queues took
 * @param roundNanos finding and arming again, of each round that counts, in their order
 * @param writeNanos what the workload paid for a first write to a page, of each of these rounds
 * @param reused whether these times are those of the size's first point, since a round there costs
 *     the same whatever is changed and takes long to simulate
 */
public record SurveyRow(
    String name,
    Strategy strategy,
    long pagesInspected,
    long pagesReported,
    long missed,
    long extra,
    long copyMismatches,
    long fallbackRounds,
    long scannedByChoice,
    long queueBytes,
    List<Long> roundNanos,
    List<Double> writeNanos,
    boolean reused) {

  /** Copies the lists and checks that they are of the same rounds. */
  public SurveyRow {
    roundNanos = List.copyOf(roundNanos);
    writeNanos = List.copyOf(writeNanos);
    if (roundNanos.isEmpty() || roundNanos.size() != writeNanos.size()) {
      throw new IllegalArgumentException(
          roundNanos.size() + " rounds and the writes of " + writeNanos.size());
    }
  }

  /** {@return what a round took: median and quartiles, in nanoseconds} */
  public Spread round() {
    return Spread.of(roundNanos);
  }

  /** {@return what a first write to a page took: median and quartiles, in nanoseconds} */
  public Spread write() {
    return Spread.of(writeNanos);
  }

  /**
   * {@return what each round cost altogether, in nanoseconds: finding and arming again, and what
   * the workload paid for its writes beyond what they cost without tracking}
   *
   * @param point the measured point that this is a row of
   */
  public List<Double> totalNanos(MeasuredPoint point) {
    List<Double> totals = new ArrayList<>();
    for (int i = 0; i < roundNanos.size(); i++) {
      totals.add(roundNanos.get(i) + point.extraWriteNanos(writeNanos.get(i)));
    }
    return totals;
  }

  /** {@return the same, as a row of another point of the size} */
  public SurveyRow asReused() {
    return new SurveyRow(
        name,
        strategy,
        pagesInspected,
        pagesReported,
        missed,
        extra,
        copyMismatches,
        fallbackRounds,
        scannedByChoice,
        queueBytes,
        roundNanos,
        writeNanos,
        true);
  }

  /** {@return whether every page was found, and every copy was right} */
  public boolean isRight() {
    return missed == 0 && copyMismatches == 0;
  }
}
