import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The rules of rules/entity.yaml by hand on Kafka Streams, beside the statistics that the entity-alerts job keeps (EntityState of the peers):
 * set up as their KafkaStreamsPeer, one store with its changelog, exactly once. Rules are judged with events; time alone changes nothing.
 */
public final class TenRules {
  public static void main(String[] a) throws Exception {
    Args args = new Args(a);
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, args.get("group", null));
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args.get("bootstrap", null));
    p.put(StreamsConfig.STATE_DIR_CONFIG, args.get("dir", null));
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    p.put("auto.offset.reset", "earliest");
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("entities"), Serdes.String(), Serdes.ByteArray()));
    builder.stream(args.get("input", null), Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .processValues(Rules::new, "entities")
        .to(args.get("output", null), Produced.with(Serdes.String(), Serdes.ByteArray()));
    KafkaStreams streams = new KafkaStreams(builder.build(), p);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    Thread.currentThread().join();
  }

  private static final class Rules implements FixedKeyProcessor<String, byte[], byte[]> {
    private static final String[] NAMES = {"high", "low", "warm", "hot", "spikes", "often", "spread", "growth", "drop", "recent"};
    private FixedKeyProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> store;

    @Override public void init(FixedKeyProcessorContext<String, byte[]> c) { context = c; store = c.getStateStore("entities"); }

    @Override public void process(FixedKeyRecord<String, byte[]> record) {
      Event event = Event.parse(record.value());
      if (event == null) return;
      State state = State.fromBytes(store.get(record.key()));
      int before = state.firing;
      state.apply(event.ts, event.value);
      store.put(record.key(), state.toBytes());
      for (int rule = 0, changed = before ^ state.firing; changed != 0; rule++, changed >>>= 1)
        if ((changed & 1) != 0) context.forward(record.withValue(alert(event, NAMES[rule], (state.firing >> rule & 1) != 0)));
    }

    private static byte[] alert(Event e, String rule, boolean firing) {
      return ("{\"entity\":\"" + e.entity + "\",\"rule\":\"" + rule + "\",\"seq\":" + e.seq + ",\"source_ts\":" + e.ts + ",\"value\":" + e.value
          + ",\"state\":\"" + (firing ? "firing" : "resolved") + "\"}").getBytes(StandardCharsets.UTF_8);
    }
  }

  /** What is known of an entity: bit i of firing is rule i's. */
  private static final class State {
    static final long WITHIN = 300_000, NEVER = Long.MIN_VALUE;
    EntityState statistics = new EntityState();
    int firing;
    long now = NEVER, spike = NEVER;
    final Panes five = new Panes(300_000), fifteen = new Panes(900_000);
    final double[] recent = new double[20];
    int recentCount;

    void apply(long ts, double value) {
      statistics.apply(value, ts);
      now = Math.max(now, ts);
      five.add(now, ts, value);
      fifteen.add(now, ts, value);
      recent[recentCount++ % recent.length] = value;
      Pane last5 = five.total(), last15 = fifteen.total();
      boolean drop = value < 55 && spike != NEVER && ts - spike <= WITHIN;
      if (value > 90) spike = ts; else if (drop) spike = NEVER;
      judge(0, value > 90);
      judge(1, value < 50.1);
      judge(2, last5.sum / last5.count > 60.0000123);
      judge(3, last15.sum / last15.count > 65.0000123);
      judge(4, last5.spikes >= 2);
      judge(5, last15.count >= 30);
      judge(6, last5.max - last5.min > 55.0000123);
      if (last5.lastTime > last5.firstTime) judge(7, last5.increase() * 1000 / (last5.lastTime - last5.firstTime) > 500.0000123);
      judge(8, drop);
      judge(9, meanOfRecent() > 62.0000123);
    }

    private void judge(int rule, boolean holds) { firing = holds ? firing | 1 << rule : firing & ~(1 << rule); }

    private double meanOfRecent() {
      int n = Math.min(recentCount, recent.length);
      double sum = 0;
      for (int i = 0; i < n; i++) sum += recent[i];
      return sum / n;
    }

    byte[] toBytes() {
      byte[] first = statistics.toBytes();
      int n = Math.min(recentCount, recent.length);
      ByteBuffer b = ByteBuffer.allocate(first.length + 1 + 4 + 8 + 8 + 4 + 8 * n + five.bytes() + fifteen.bytes());
      b.put((byte) first.length).put(first).putInt(firing).putLong(now).putLong(spike).putInt(recentCount);
      for (int i = 0; i < n; i++) b.putDouble(recent[i]);
      five.write(b);
      fifteen.write(b);
      return b.array();
    }

    static State fromBytes(byte[] bytes) {
      State s = new State();
      if (bytes == null) return s;
      ByteBuffer b = ByteBuffer.wrap(bytes);
      byte[] first = new byte[b.get() & 0xFF];
      b.get(first);
      s.statistics = EntityState.fromBytes(first);
      s.firing = b.getInt(); s.now = b.getLong(); s.spike = b.getLong(); s.recentCount = b.getInt();
      for (int i = 0, n = Math.min(s.recentCount, s.recent.length); i < n; i++) s.recent[i] = b.getDouble();
      s.five.read(b);
      s.fifteen.read(b);
      return s;
    }
  }

  /** A sliding window: the current pane, a 60th of the size, and the 60 before it. Panes without values are left out. */
  private static final class Panes {
    private static final int PANES = 61;
    private final long length;
    private final Pane[] panes = new Pane[PANES];
    private int count;

    Panes(long size) { length = size / (PANES - 1); }

    void add(long now, long ts, double value) {
      long oldest = Math.floorDiv(now, length) - (PANES - 1), number = Math.floorDiv(ts, length);
      int gone = 0;
      while (gone < count && panes[gone].number < oldest) gone++;
      if (gone > 0) { System.arraycopy(panes, gone, panes, 0, count - gone); count -= gone; }
      if (number < oldest) return;
      int at = count;
      while (at > 0 && panes[at - 1].number >= number) at--;
      if (at == count || panes[at].number != number) {
        System.arraycopy(panes, at, panes, at + 1, count++ - at);
        panes[at] = new Pane(number);
      }
      panes[at].add(ts, value);
    }

    Pane total() {
      Pane total = new Pane(0);
      for (int i = 0; i < count; i++) total.merge(panes[i]);
      return total;
    }

    int bytes() { return 1 + count * Pane.BYTES; }

    void write(ByteBuffer b) {
      b.put((byte) count);
      for (int i = 0; i < count; i++) panes[i].write(b);
    }

    void read(ByteBuffer b) {
      count = b.get();
      for (int i = 0; i < count; i++) panes[i] = Pane.read(b);
    }
  }

  private static final class Pane {
    static final int BYTES = 8 + 4 + 4 + 8 * 8;
    final long number;
    int count, spikes;
    long firstTime, lastTime;
    double sum, min = Double.POSITIVE_INFINITY, max = Double.NEGATIVE_INFINITY, first, last, beforeRestarts;

    Pane(long number) { this.number = number; }

    void add(long ts, double value) {
      if (count > 0 && value < last) beforeRestarts += last;
      if (count++ == 0) { first = value; firstTime = ts; }
      last = value; lastTime = ts;
      if (value > 90) spikes++;
      sum += value; min = Math.min(min, value); max = Math.max(max, value);
    }

    void merge(Pane later) {
      if (count > 0 && later.first < last) beforeRestarts += last;
      if (count == 0) { first = later.first; firstTime = later.firstTime; }
      beforeRestarts += later.beforeRestarts;
      last = later.last; lastTime = later.lastTime;
      count += later.count; spikes += later.spikes;
      sum += later.sum; min = Math.min(min, later.min); max = Math.max(max, later.max);
    }

    double increase() { return last - first + beforeRestarts; }

    void write(ByteBuffer b) {
      b.putLong(number).putInt(count).putInt(spikes).putLong(firstTime).putLong(lastTime)
          .putDouble(sum).putDouble(min).putDouble(max).putDouble(first).putDouble(last).putDouble(beforeRestarts);
    }

    static Pane read(ByteBuffer b) {
      Pane p = new Pane(b.getLong());
      p.count = b.getInt(); p.spikes = b.getInt(); p.firstTime = b.getLong(); p.lastTime = b.getLong();
      p.sum = b.getDouble(); p.min = b.getDouble(); p.max = b.getDouble(); p.first = b.getDouble(); p.last = b.getDouble();
      p.beforeRestarts = b.getDouble();
      return p;
    }
  }
}
