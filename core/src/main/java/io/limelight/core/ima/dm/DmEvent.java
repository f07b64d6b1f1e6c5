package io.limelight.core.ima.dm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What happened to a device mapper device. Values are the texts of the event, whose characters the grammar bounds. */
public sealed interface DmEvent {
    /** Names of the {@code ima-buf} entries that hold these events. */
    Set<String> NAMES = Set.of(
            "dm_table_load",
            "dm_device_resume",
            "dm_device_remove",
            "dm_table_clear",
            "dm_device_rename",
            "dm_target_update");

    /**
     * What a device is.
     *
     * @param name its name
     * @param uuid its UUID, empty without one
     * @param major major number
     * @param minor minor number
     * @param minorCount how many minor numbers
     * @param numTargets how many targets its table has
     */
    record Metadata(String name, String uuid, String major, String minor, String minorCount, String numTargets) {
        /** The attribute as policies call it. */
        public String attribute(String attribute) {
            return switch (attribute) {
                case "name" -> name;
                case "uuid" -> uuid;
                case "major" -> major;
                case "minor" -> minor;
                case "minor_count" -> minorCount;
                case "num_targets" -> numTargets;
                default -> throw new IllegalArgumentException(attribute);
            };
        }
    }

    /** One line of a table: attributes in order. */
    record Target(Map<String, String> attributes) {
        /** Copies the map. */
        public Target {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        }
    }

    /** A table was loaded and waits for the device to be resumed. */
    record TableLoad(Metadata device, List<Target> targets) implements DmEvent {
        /** Copies the list. */
        public TableLoad {
            targets = List.copyOf(targets);
        }
    }

    /** The device was resumed with the table of this hash ({@code alg:hex}), if it has one. */
    record Resume(Metadata device, Optional<String> tableHash) implements DmEvent {}

    /** The device was removed; what was known of its active and of its inactive table. */
    record Remove(Optional<Metadata> active, Optional<Metadata> inactive) implements DmEvent {}

    /** The inactive table was cleared. */
    record Clear(String name, String uuid) implements DmEvent {}

    /** Name or UUID was changed; what is not changed is repeated. */
    record Rename(Metadata device, String newName, String newUuid) implements DmEvent {}

    /** A target changed its state. */
    record TargetUpdate(Metadata device, Target target) implements DmEvent {}
}
