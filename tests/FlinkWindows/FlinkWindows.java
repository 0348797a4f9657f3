import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Prints every tumbling and session window of a topic from its beginning to its end: kind key start sum count average. */
public final class FlinkWindows {
  public static void main(String[] a) throws Exception {
    String bootstrap = a[0], topic = a[1];
    Duration disorder = Duration.ofMillis(Long.parseLong(a[2])), size = Duration.ofMillis(Long.parseLong(a[3])), gap = Duration.ofMillis(Long.parseLong(a[4]));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    KafkaSource<Tuple3<String, Long, Double>> source = KafkaSource.<Tuple3<String, Long, Double>>builder()
        .setBootstrapServers(bootstrap).setTopics(topic).setStartingOffsets(OffsetsInitializer.earliest())
        .setBounded(OffsetsInitializer.latest()).setDeserializer(new Read()).build();
    WatermarkStrategy<Tuple3<String, Long, Double>> watermarks =
        WatermarkStrategy.<Tuple3<String, Long, Double>>forBoundedOutOfOrderness(disorder).withTimestampAssigner((e, t) -> e.f1);
    KeyedStream<Tuple3<String, Long, Double>, String> events = env.fromSource(source, watermarks, "events", EVENT).keyBy(e -> e.f0, Types.STRING);
    DataStream<String> tumbling = events.window(TumblingEventTimeWindows.of(size)).aggregate(new Sum(), new Print("tumbling"), SUM, SUM, Types.STRING);
    DataStream<String> sessions = events.window(EventTimeSessionWindows.withGap(gap)).aggregate(new Sum(), new Print("session"), SUM, SUM, Types.STRING);
    try (var windows = tumbling.union(sessions).executeAndCollect()) {
      windows.forEachRemaining(System.out::println);
    }
  }

  private static final TypeInformation<Tuple3<String, Long, Double>> EVENT = Types.TUPLE(Types.STRING, Types.LONG, Types.DOUBLE);
  private static final TypeInformation<Tuple2<Double, Long>> SUM = Types.TUPLE(Types.DOUBLE, Types.LONG);

  private static final class Read implements KafkaRecordDeserializationSchema<Tuple3<String, Long, Double>> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override public void deserialize(ConsumerRecord<byte[], byte[]> r, Collector<Tuple3<String, Long, Double>> out) throws java.io.IOException {
      JsonNode event = JSON.readTree(r.value());
      out.collect(Tuple3.of(new String(r.key(), StandardCharsets.UTF_8), event.get("at").asLong(), event.get("value").asDouble()));
    }
    @Override public TypeInformation<Tuple3<String, Long, Double>> getProducedType() { return EVENT; }
  }

  private static final class Sum implements AggregateFunction<Tuple3<String, Long, Double>, Tuple2<Double, Long>, Tuple2<Double, Long>> {
    @Override public Tuple2<Double, Long> createAccumulator() { return Tuple2.of(0.0, 0L); }
    @Override public Tuple2<Double, Long> add(Tuple3<String, Long, Double> e, Tuple2<Double, Long> s) { return Tuple2.of(s.f0 + e.f2, s.f1 + 1); }
    @Override public Tuple2<Double, Long> getResult(Tuple2<Double, Long> s) { return s; }
    @Override public Tuple2<Double, Long> merge(Tuple2<Double, Long> s, Tuple2<Double, Long> t) { return Tuple2.of(s.f0 + t.f0, s.f1 + t.f1); }
  }

  private static final class Print extends ProcessWindowFunction<Tuple2<Double, Long>, String, String, TimeWindow> {
    private final String kind;

    Print(String kind) { this.kind = kind; }

    @Override public void process(String key, Context context, Iterable<Tuple2<Double, Long>> sums, Collector<String> out) {
      Tuple2<Double, Long> s = sums.iterator().next();
      out.collect(kind + " " + key + " " + context.window().getStart() + " " + s.f0 + " " + s.f1 + " " + s.f0 / s.f1);
    }
  }
}
