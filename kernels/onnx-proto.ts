/**
 * The part of `onnx.proto` (IR version 10) that our graphs use, for protobufjs: field names and numbers as in
 * the standard. Other messages and fields are left out, not changed.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import protobuf from 'protobufjs';

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ type, id, rule: 'repeated' });

const root = protobuf.Root.fromJSON(
  {
    nested: {
      ModelProto: {
        fields: {
          ir_version: field('int64', 1),
          producer_name: field('string', 2),
          graph: field('GraphProto', 7),
          opset_import: list('OperatorSetIdProto', 8),
        },
      },
      OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
      GraphProto: {
        fields: {
          node: list('NodeProto', 1),
          name: field('string', 2),
          initializer: list('TensorProto', 5),
          input: list('ValueInfoProto', 11),
          output: list('ValueInfoProto', 12),
        },
      },
      NodeProto: {
        fields: {
          input: list('string', 1),
          output: list('string', 2),
          name: field('string', 3),
          op_type: field('string', 4),
          attribute: list('AttributeProto', 5),
          domain: field('string', 7),
        },
      },
      AttributeProto: {
        fields: {
          name: field('string', 1),
          f: field('float', 2),
          i: field('int64', 3),
          s: field('bytes', 4),
          ints: { ...list('int64', 8), options: { packed: false } },
          type: field('int32', 20),
        },
      },
      TensorProto: {
        fields: {
          dims: { ...list('int64', 1), options: { packed: false } },
          data_type: field('int32', 2),
          name: field('string', 8),
          raw_data: field('bytes', 9),
          external_data: list('StringStringEntryProto', 13),
          data_location: field('int32', 14),
        },
      },
      StringStringEntryProto: { fields: { key: field('string', 1), value: field('string', 2) } },
      ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
      TypeProto: { fields: { tensor_type: field('TensorTypeProto', 1) } },
      TensorTypeProto: { fields: { elem_type: field('int32', 1), shape: field('TensorShapeProto', 2) } },
      TensorShapeProto: { fields: { dim: list('DimensionProto', 1) } },
      DimensionProto: { fields: { dim_value: field('int64', 1), dim_param: field('string', 2) } },
    },
  },
  undefined,
);

/** The message a model file holds. */
export const ModelProto = root.lookupType('ModelProto');

/** `AttributeProto.AttributeType` by the keys of `Attribute`. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** `TensorProto.DataLocation.EXTERNAL`. */
export const EXTERNAL = 1;
