package io.limelight.core.payload;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives byte by byte, so that every field can lie. */
public final class RawZip {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Item> items = new ArrayList<>();
    private byte[] comment = {};

    /** One entry; the fields say what the directory claims, whatever the data is. */
    public static final class Item {
        private final byte[] name;
        private final byte[] data;
        private byte[] localName;
        private long size;
        private long compressed;
        private int method;
        private int flags;
        private int crc;
        private int mode = 0100600;
        private long offset = -1;

        private Item(byte[] name, byte[] content, boolean deflate) {
            this.name = name;
            this.localName = name;
            this.data = deflate ? deflated(content) : content;
            this.method = deflate ? 8 : 0;
            this.size = content.length;
            this.compressed = data.length;
            CRC32 sum = new CRC32();
            sum.update(content);
            this.crc = (int) sum.getValue();
        }

        public Item claiming(long claimedSize) {
            this.size = claimedSize;
            return this;
        }

        public Item compressedTo(long claimed) {
            this.compressed = claimed;
            return this;
        }

        public Item method(int number) {
            this.method = number;
            return this;
        }

        public Item flags(int bits) {
            this.flags = bits;
            return this;
        }

        public Item crc(int sum) {
            this.crc = sum;
            return this;
        }

        public Item mode(int unixMode) {
            this.mode = unixMode;
            return this;
        }

        public Item at(long localHeader) {
            this.offset = localHeader;
            return this;
        }

        public Item locallyNamed(String other) {
            this.localName = other.getBytes(StandardCharsets.UTF_8);
            return this;
        }
    }

    /** A stored file. */
    public static Item stored(String name, String content) {
        return new Item(name.getBytes(StandardCharsets.UTF_8), content.getBytes(StandardCharsets.UTF_8), false);
    }

    /** A stored file of bytes. */
    public static Item stored(byte[] name, byte[] content) {
        return new Item(name, content, false);
    }

    /** A deflated file. */
    public static Item deflated(String name, byte[] content) {
        return new Item(name.getBytes(StandardCharsets.UTF_8), content, true);
    }

    /** A symbolic link. */
    public static Item link(String name, String target) {
        return stored(name, target).mode(0120777);
    }

    /** A whole archive of these entries. */
    public static byte[] of(Item... entries) {
        RawZip zip = new RawZip();
        for (Item item : entries) {
            zip.add(item);
        }
        return zip.bytes();
    }

    public RawZip comment(String text) {
        comment = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    public RawZip add(Item item) {
        if (item.offset < 0) {
            item.offset = out.size();
            byte[] localBytes = new byte[30 + item.localName.length];
            ByteBuffer local = little(localBytes);
            local.putInt(0x04034b50).putShort((short) 20).putShort((short) item.flags);
            local.putShort((short) item.method).putInt(0).putInt(item.crc);
            local.putInt((int) item.compressed).putInt((int) item.size);
            local.putShort((short) item.localName.length).putShort((short) 0).put(item.localName);
            out.writeBytes(localBytes);
            out.writeBytes(item.data);
        }
        items.add(item);
        return this;
    }

    public byte[] bytes() {
        int start = out.size();
        for (Item item : items) {
            byte[] centralBytes = new byte[46 + item.name.length];
            ByteBuffer central = little(centralBytes);
            central.putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20);
            central.putShort((short) item.flags).putShort((short) item.method).putInt(0);
            central.putInt(item.crc).putInt((int) item.compressed).putInt((int) item.size);
            central.putShort((short) item.name.length).putShort((short) 0).putShort((short) 0);
            central.putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(item.mode << 16)
                    .putInt((int) item.offset);
            central.put(item.name);
            out.writeBytes(centralBytes);
        }
        byte[] endBytes = new byte[22 + comment.length];
        ByteBuffer end = little(endBytes);
        end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
        end.putShort((short) items.size()).putShort((short) items.size());
        end.putInt(out.size() - start)
                .putInt(start)
                .putShort((short) comment.length)
                .put(comment);
        out.writeBytes(endBytes);
        return out.toByteArray();
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        while (!deflater.finished()) {
            result.write(chunk, 0, deflater.deflate(chunk));
        }
        deflater.end();
        return result.toByteArray();
    }
}
