package dev.bramble.codec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.bramble.cluster.Message;
import dev.bramble.control.Action;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.control.QuestionCodec;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.LedgerImage;
import dev.bramble.ledger.NewerReleaseException;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskSource;
import dev.bramble.time.Moment;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;
import tools.jackson.dataformat.cbor.CBORWriteFeature;

/** Turns values into CBOR and back. Immutable; safe for many threads. */
public final class CborCodec implements EntryCodec, QuestionCodec {
    private final CBORMapper mapper;
    private final int language;

    /** Knows what this release writes. */
    public CborCodec() {
        this(Language.OWN);
    }

    /** @param language the newest {@link Language} of entries and snapshots that it reads */
    public CborCodec(int language) {
        this.language = language;
        SimpleModule module = new SimpleModule() {
            @Override
            public void setupModule(SetupContext context) {
                super.setupModule(context);
                context.addValueInstantiators(new RecordInstantiators());
            }
        };
        module.addSerializer(RoaringBitmap.class, new BitmapWriter());
        module.addDeserializer(RoaringBitmap.class, new BitmapReader());
        module.addKeySerializer(BlobId.class, new KeyWriter<>());
        module.addKeySerializer(JobId.class, new KeyWriter<>());
        module.addKeySerializer(NodeId.class, new KeyWriter<>());
        module.addKeyDeserializer(BlobId.class, new BlobKeyReader());
        CBORMapper.Builder builder = CBORMapper.builder(CBORFactory.builder()
                        // Whatever a program prints or a user sends, no text may keep an entry or a state from being
                        // written: half a character becomes a replacement character.
                        .enable(CBORWriteFeature.LENIENT_UTF_ENCODING)
                        .build())
                .addModule(module)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addMixIn(NodeId.class, TextId.class)
                .addMixIn(LedgerId.class, TextId.class)
                .addMixIn(BlobId.class, HashId.class)
                .addMixIn(JobId.class, NumberId.class)
                .addMixIn(Moment.class, MillisValue.class);
        for (Class<?> sealed : List.of(
                Command.class,
                Message.class,
                TaskSource.class,
                TaskInput.class,
                Output.class,
                Question.class,
                Answer.class,
                Action.class,
                AnswerPage.Piece.class)) {
            builder.addMixIn(sealed, ByRecordName.class);
        }
        mapper = builder.build();
    }

    public byte[] encode(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** Encodes a value of a sealed type with the name of its record. */
    public <T> byte[] encode(Class<T> type, T value) {
        return mapper.writerFor(type).writeValueAsBytes(value);
    }

    /** @throws IllegalArgumentException when the bytes are no {@code type} */
    public <T> T decode(Class<T> type, byte[] bytes) {
        try {
            return mapper.readValue(bytes, type);
        } catch (JacksonException broken) {
            throw new IllegalArgumentException(
                    "not a " + type.getSimpleName() + ": " + broken.getOriginalMessage(), broken);
        }
    }

    @Override
    public byte[] encodeEntry(Entry entry) {
        return encode(entry);
    }

    @Override
    public Entry decodeEntry(byte[] bytes) {
        Entry entry;
        try {
            entry = decode(Entry.class, bytes);
        } catch (IllegalArgumentException broken) {
            if (broken.getCause() instanceof InvalidTypeIdException unknown) {
                throw new NewerReleaseException("the entry " + unknown.getTypeId());
            }
            throw broken;
        }
        Language.require(language, entry);
        return entry;
    }

    @Override
    public byte[] encodeImage(LedgerImage image) {
        return encode(image);
    }

    @Override
    public LedgerImage decodeImage(byte[] bytes) {
        LedgerImage image = decode(LedgerImage.class, bytes);
        Language.require(language, image);
        return image;
    }

    @Override
    public int language() {
        return language;
    }

    public byte[] encodeMessage(Message message) {
        return encode(Message.class, message);
    }

    public Message decodeMessage(byte[] bytes) {
        return decode(Message.class, bytes);
    }

    @Override
    public byte[] encodeQuestion(Question question) {
        return encode(Question.class, question);
    }

    @Override
    public Question decodeQuestion(byte[] bytes) {
        return decode(Question.class, bytes);
    }

    @Override
    public byte[] encodeAnswer(Answer answer) {
        return encode(Answer.class, answer);
    }

    @Override
    public Answer decodeAnswer(byte[] bytes) {
        return decode(Answer.class, bytes);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface ByRecordName {}

    private abstract static class TextId {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        TextId(String value) {}

        @JsonValue
        abstract String value();
    }

    private abstract static class HashId {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        HashId(String sha256) {}

        @JsonValue
        abstract String sha256();
    }

    private abstract static class NumberId {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        NumberId(long number) {}

        @JsonValue
        abstract long number();
    }

    private abstract static class MillisValue {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        MillisValue(long millis) {}

        @JsonValue
        abstract long millis();
    }

    private static final class BitmapWriter extends ValueSerializer<RoaringBitmap> {
        @Override
        public void serialize(RoaringBitmap bitmap, JsonGenerator out, SerializationContext context) {
            // A set has several forms that depend on its history; equal states must give equal bytes.
            RoaringBitmap canonical = bitmap.clone();
            canonical.removeRunCompression();
            canonical.runOptimize();
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(canonical.serializedSizeInBytes());
            canonical.serialize(bytes);
            out.writeBinary(bytes.array());
        }
    }

    private static final class BitmapReader extends ValueDeserializer<RoaringBitmap> {
        @Override
        public RoaringBitmap deserialize(JsonParser in, DeserializationContext context) {
            RoaringBitmap bitmap = new RoaringBitmap();
            try {
                bitmap.deserialize(java.nio.ByteBuffer.wrap(in.getBinaryValue()));
            } catch (java.io.IOException broken) {
                throw new IllegalArgumentException("not a set of tasks", broken);
            }
            return bitmap;
        }
    }

    private static final class KeyWriter<T> extends ValueSerializer<T> {
        @Override
        public void serialize(T key, JsonGenerator out, SerializationContext context) {
            out.writeName(key.toString());
        }
    }

    private static final class BlobKeyReader extends KeyDeserializer {
        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return new BlobId(key);
        }
    }
}
