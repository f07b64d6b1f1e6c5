package io.limelight.core.uefi;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.tpm.Octets;
import java.math.BigInteger;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A log as the object that Keylime's policies see (it makes it from the output of {@code tpm2_eventlog}): events with decoded
 * data, PCR values as whole numbers, boot aggregates.
 */
public final class BootLogJson {
    private static final int MAX_RAW = 1024;

    private BootLogJson() {}

    /** The whole log. */
    public static ObjectNode of(BootLog log, BootReplay replay) {
        ObjectNode root = JsonTrees.object().put("version", 2);
        ArrayNode events = root.putArray("events");
        log.events().forEach(event -> events.add(of(event)));
        ObjectNode pcrs = root.putObject("pcrs");
        replay.banks().forEach((bank, values) -> {
            ObjectNode of = pcrs.putObject(bank.wireName());
            values.mask()
                    .pcrs()
                    .forEach(pcr -> of.put(
                            Integer.toString(pcr),
                            new BigInteger(1, values.value(pcr).orElseThrow().toByteArray())));
        });
        ObjectNode aggregates = root.putObject("boot_aggregates");
        replay.bootAggregates().forEach((bank, values) -> {
            ArrayNode list = aggregates.putArray(bank.wireName());
            values.forEach(list::add);
        });
        return root;
    }

    /** One event. */
    public static ObjectNode of(BootEvent event) {
        ObjectNode node = JsonTrees.object()
                .put("EventNum", event.number())
                .put("PCRIndex", event.pcr())
                .put("EventType", event.type().policyName());
        if (event.body() instanceof EventBody.SpecId spec) {
            node.put("Digest", event.digests().getFirst().value().hex());
            node.put("EventSize", event.data().length());
            node.putArray("SpecID").add(of(spec));
            return node;
        }
        node.put("DigestCount", event.digests().size());
        ArrayNode digests = node.putArray("Digests");
        event.digests()
                .forEach(digest -> digests.addObject()
                        .put("AlgorithmId", digest.algorithm().wireName())
                        .put("Digest", digest.value().hex()));
        node.put("EventSize", event.data().length());
        body(node, event.body());
        return node;
    }

    private static ObjectNode of(EventBody.SpecId spec) {
        ObjectNode node = JsonTrees.object()
                .put("Signature", "Spec ID Event03")
                .put("platformClass", spec.platformClass())
                .put("specVersionMinor", spec.versionMinor())
                .put("specVersionMajor", spec.versionMajor())
                .put("specErrata", spec.errata())
                .put("uintnSize", spec.uintnSize())
                .put("numberOfAlgorithms", spec.algorithms().size());
        ArrayNode algorithms = node.putArray("Algorithms");
        for (int i = 0; i < spec.algorithms().size(); i++) {
            LogAlgorithm algorithm = spec.algorithms().get(i);
            algorithms
                    .addObject()
                    .putNull("Algorithm[" + i + "]")
                    .put(
                            "algorithmId",
                            algorithm
                                    .known()
                                    .map(known -> known.wireName())
                                    .orElseGet(() -> "0x" + Integer.toHexString(algorithm.id())))
                    .put("digestSize", algorithm.digestSize());
        }
        node.put("vendorInfoSize", spec.vendorInfo().length());
        if (spec.vendorInfo().length() > 0) {
            node.put("vendorInfo", spec.vendorInfo().hex());
        }
        return node;
    }

    private static void body(ObjectNode node, EventBody body) {
        switch (body) {
            case EventBody.Empty empty -> {}
            case EventBody.Raw raw -> node.put("Event", hex(raw.data()));
            case EventBody.Text text -> node.put("Event", text.text());
            case EventBody.Ipl ipl -> node.putObject("Event").put("String", ipl.text());
            case EventBody.SpecId spec -> node.putArray("SpecID").add(of(spec));
            case EventBody.StartupLocality startup ->
                node.putObject("Event").put("StartupLocality", startup.locality());
            case EventBody.Blob blob ->
                node.putObject("Event")
                        .put("BlobBase", unsigned(blob.base()))
                        .put("BlobLength", unsigned(blob.length()));
            case EventBody.NamedBlob blob ->
                node.putObject("Event")
                        .put("BlobDescriptionSize", blob.description().length())
                        .put("BlobDescription", blob.description().hex())
                        .put("BlobBase", unsigned(blob.base()))
                        .put("BlobLength", unsigned(blob.length()));
            case EventBody.Image image ->
                node.putObject("Event")
                        .put("ImageLocationInMemory", unsigned(image.location()))
                        .put("ImageLengthInMemory", unsigned(image.length()))
                        .put("ImageLinkTimeAddress", unsigned(image.linkTimeAddress()))
                        .put("LengthOfDevicePath", image.devicePath().data().length())
                        .put("DevicePath", image.devicePath().text());
            case EventBody.Variable variable -> variable(node.putObject("Event"), variable);
            case EventBody.Gpt gpt -> gpt(node.putObject("Event"), gpt);
            case EventBody.Tagged tagged -> node.put("Event", tagged(tagged));
        }
    }

    private static String tagged(EventBody.Tagged tagged) {
        StringBuilder head = new StringBuilder(16);
        for (long word : new long[] {tagged.tag(), tagged.data().length()}) {
            head.append(String.format(Locale.ROOT, "%08x", Integer.reverseBytes((int) word)));
        }
        String all = head + tagged.data().hex();
        return all.substring(0, Math.min(all.length(), 2 * MAX_RAW));
    }

    private static String hex(Octets data) {
        return data.window(0, Math.min(data.length(), MAX_RAW)).hex();
    }

    private static void variable(ObjectNode node, EventBody.Variable variable) {
        node.put("VariableName", variable.vendor().text())
                .put("UnicodeNameLength", variable.nameLength())
                .put("VariableDataLength", variable.data().length())
                .put("UnicodeName", variable.name());
        switch (variable.value()) {
            case VariableValue.Raw raw -> {
                if (raw.data().length() > 0) {
                    node.put("VariableData", raw.data().hex());
                }
            }
            case VariableValue.Switch value -> node.putObject("VariableData").put("Enabled", value.on() ? "Yes" : "No");
            case VariableValue.Signatures signatures -> signatures(node, signatures);
            case VariableValue.Authority authority -> {
                ArrayNode list = node.putArray("VariableData");
                authority.entries().forEach(entry -> list.add(entry(entry)));
            }
            case VariableValue.Text text -> node.putObject("VariableData").put("String", text.text());
            case VariableValue.BootOrder order -> {
                ArrayNode list = node.putArray("VariableData");
                order.options().forEach(option -> list.add(String.format(Locale.ROOT, "Boot%04x", option)));
            }
            case VariableValue.BootOption option ->
                node.putObject("VariableData")
                        .put("Enabled", option.active() ? "Yes" : "No")
                        .put("FilePathListLength", option.pathLength())
                        .put("Description", option.description())
                        .put("DevicePath", option.path().hex());
        }
    }

    private static void signatures(ObjectNode node, VariableValue.Signatures signatures) {
        if (signatures.lists().isEmpty()) {
            node.putNull("VariableData");
            return;
        }
        ArrayNode lists = node.putArray("VariableData");
        for (SignatureList list : signatures.lists()) {
            ArrayNode keys = lists.addObject()
                    .put("SignatureType", list.type().text())
                    .put("SignatureListSize", list.size())
                    .put("SignatureHeaderSize", list.headerSize())
                    .put("SignatureSize", list.entrySize())
                    .putArray("Keys");
            list.entries().forEach(entry -> keys.add(entry(entry)));
        }
    }

    private static ObjectNode entry(SignatureEntry entry) {
        return JsonTrees.object()
                .put("SignatureOwner", entry.owner().text())
                .put("SignatureData", entry.data().hex());
    }

    private static void gpt(ObjectNode node, EventBody.Gpt gpt) {
        GptHeader header = gpt.header();
        node.putObject("Header")
                .put("Signature", header.signature())
                .put("Revision", header.revision())
                .put("HeaderSize", header.headerSize())
                .put("HeaderCRC32", header.headerCrc())
                .put("MyLBA", unsigned(header.myLba()))
                .put("AlternateLBA", unsigned(header.alternateLba()))
                .put("FirstUsableLBA", unsigned(header.firstUsableLba()))
                .put("LastUsableLBA", unsigned(header.lastUsableLba()))
                .put("DiskGUID", header.disk().text())
                .put("PartitionEntryLBA", unsigned(header.entriesLba()))
                .put("NumberOfPartitionEntry", header.entryCount())
                .put("SizeOfPartitionEntry", header.entrySize())
                .put("PartitionEntryArrayCRC32", header.entriesCrc());
        node.put("NumberOfPartitions", gpt.partitions().size());
        ArrayNode partitions = node.putArray("Partitions");
        for (GptPartition partition : gpt.partitions()) {
            partitions
                    .addObject()
                    .put("PartitionTypeGUID", partition.type().text())
                    .put("UniquePartitionGUID", partition.id().text())
                    .put("StartingLBA", unsigned(partition.firstLba()))
                    .put("EndingLBA", unsigned(partition.lastLba()))
                    .put("Attributes", unsigned(partition.attributes()))
                    .put("PartitionName", partition.name());
        }
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
