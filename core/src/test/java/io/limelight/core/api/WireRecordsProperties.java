package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every record comes back from the wire as it went; every body that comes is a record or a typed refusal. */
class WireRecordsProperties {
    record Kind(Class<? extends Record> type, Writer writer, Reader reader) {}

    interface Writer {
        JsonNode write(Record value);
    }

    interface Reader {
        Record read(JsonNode body) throws WireFormatException;
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(RegistrationRequest.class, r -> ((RegistrationRequest) r).toJson(), RegistrationRequest::from),
            new Kind(
                    RegistrationChallenge.class,
                    r -> ((RegistrationChallenge) r).toJson(),
                    RegistrationChallenge::from),
            new Kind(ActivationRequest.class, r -> ((ActivationRequest) r).toJson(), ActivationRequest::from),
            new Kind(RegistrarAgent.class, r -> ((RegistrarAgent) r).toJson(), RegistrarAgent::from),
            new Kind(AgentStatus.class, r -> ((AgentStatus) r).toJson(), AgentStatus::from),
            new Kind(AgentInfo.class, r -> ((AgentInfo) r).toJson(), AgentInfo::from),
            new Kind(QuoteResults.class, r -> ((QuoteResults) r).toJson(), QuoteResults::from),
            new Kind(UKeyRequest.class, r -> ((UKeyRequest) r).toJson(), UKeyRequest::from),
            new Kind(VKeyRequest.class, r -> ((VKeyRequest) r).toJson(), VKeyRequest::from),
            new Kind(KeyProof.class, r -> ((KeyProof) r).toJson(), KeyProof::from),
            new Kind(TransportKeyResults.class, r -> ((TransportKeyResults) r).toJson(), TransportKeyResults::from),
            new Kind(IdentityVerdict.class, r -> ((IdentityVerdict) r).toJson(), IdentityVerdict::from),
            new Kind(RevocationMessage.class, r -> ((RevocationMessage) r).toJson(), RevocationMessage::from),
            new Kind(RuntimePolicyRequest.class, r -> ((RuntimePolicyRequest) r).toJson(), RuntimePolicyRequest::from),
            new Kind(
                    MeasuredBootPolicyRequest.class,
                    r -> ((MeasuredBootPolicyRequest) r).toJson(),
                    MeasuredBootPolicyRequest::from),
            new Kind(
                    StoredPolicy.class, r -> ((StoredPolicy) r).toRuntimePolicyJson(), StoredPolicy::fromRuntimePolicy),
            new Kind(EvidenceRequest.class, r -> ((EvidenceRequest) r).toJson(), EvidenceRequest::from),
            new Kind(AgentList.class, r -> ((AgentList) r).toVerifierJson(), AgentList::from));

    @Property(tries = 300)
    void whatIsWrittenIsRead(@ForAll("kinds") Kind kind, @ForAll long seed) throws Exception {
        Record value = make(kind.type(), new Random(seed));
        byte[] wire = WireJson.compact(kind.writer().write(value));
        assertThat(kind.reader().read(WireJson.parse(wire))).isEqualTo(value);
        assertThat(WireJson.parse(WireJson.indented(WireJson.parse(wire)))).isEqualTo(WireJson.parse(wire));
    }

    @Property(tries = 1000)
    void whateverComesIsReadOrRefused(@ForAll("kinds") Kind kind, @ForAll long seed) throws Exception {
        Random random = new Random(seed);
        ObjectNode body =
                (ObjectNode) WireJson.parse(WireJson.compact(kind.writer().write(make(kind.type(), random))));
        List<String> names = List.copyOf(body.propertyNames());
        for (int i = random.nextInt(3); i >= 0 && !names.isEmpty(); i--) {
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(8)) {
                case 0 -> body.remove(name);
                case 1 -> body.putNull(name);
                case 2 -> body.put(name, random.nextDouble() * Double.MAX_VALUE);
                case 3 -> body.put(name, random.nextLong());
                case 4 -> body.putObject(name).put("a", 1);
                case 5 -> body.putArray(name).addArray().add(1);
                case 6 -> body.put(name, random.nextBoolean());
                default -> body.put(name, text(random));
            }
        }
        try {
            kind.reader().read(WireJson.parse(WireJson.compact(body)));
        } catch (WireFormatException e) {
            assertThat(e).hasMessageMatching("[\\x20-\\x7e]{5,100}");
        }
    }

    @Provide
    Arbitrary<Kind> kinds() {
        return Arbitraries.of(KINDS);
    }

    private static Record make(Class<? extends Record> type, Random random) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            boolean nullable = Arrays.stream(components[i].getAnnotatedType().getAnnotations())
                    .anyMatch(annotation ->
                            annotation.annotationType().getSimpleName().equals("Nullable"));
            values[i] = nullable && random.nextInt(3) == 0 ? null : value(components[i], random);
        }
        Constructor<? extends Record> constructor = type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        return constructor.newInstance(values);
    }

    private static Object value(RecordComponent component, Random random) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return text(random);
        }
        if (type == Integer.class) {
            return random.nextInt(65536);
        }
        if (type == Long.class || type == long.class) {
            return random.nextLong() >>> 8;
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == List.class) {
            return random.ints(random.nextInt(4)).mapToObj(_ -> text(random)).toList();
        }
        throw new AssertionError("make one of " + component);
    }

    private static String text(Random random) {
        int length = random.nextInt(12);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '"' : c);
        }
        return text.toString();
    }
}
