package dev.bramble.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;

/**
 * Makes records by a method handle that is fitted to an array of arguments once. Jackson's own way fits it anew for
 * each record, which was half of the time of decoding a message.
 */
final class RecordInstantiators extends ValueInstantiators.Base {
    @Override
    public ValueInstantiator modifyValueInstantiator(
            DeserializationConfig config, BeanDescription.Supplier bean, ValueInstantiator standard) {
        return bean.getBeanClass().isRecord() && standard instanceof StdValueInstantiator its
                ? new OfRecord(its, bean.getBeanClass())
                : standard;
    }

    private static final class OfRecord extends StdValueInstantiator {
        private final transient MethodHandle canonical;

        OfRecord(StdValueInstantiator standard, Class<?> type) {
            super(standard);
            canonical = canonical(type);
        }

        private static MethodHandle canonical(Class<?> type) {
            Class<?>[] components = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(components);
                constructor.setAccessible(true);
                return MethodHandles.lookup()
                        .unreflectConstructor(constructor)
                        .asSpreader(Object[].class, components.length)
                        .asType(MethodType.methodType(Object.class, Object[].class));
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException("every record has a canonical constructor", impossible);
            }
        }

        @Override
        public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
            try {
                return (Object) canonical.invokeExact(arguments);
            } catch (Error error) {
                throw error;
            } catch (Throwable refusal) {
                return context.handleInstantiationProblem(_valueClass, arguments, rewrapCtorProblem(context, refusal));
            }
        }
    }
}
