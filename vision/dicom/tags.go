package dicom

// The attributes that Header is made of (PS3.6 section 6).
const (
	tagCharacterSet        tag = 0x00080005
	tagSOPClass            tag = 0x00080016
	tagSOPInstance         tag = 0x00080018
	tagStudyDate           tag = 0x00080020
	tagStudyTime           tag = 0x00080030
	tagAccession           tag = 0x00080050
	tagModality            tag = 0x00080060
	tagInstitution         tag = 0x00080080
	tagStudyDescription    tag = 0x00081030
	tagSeriesDescription   tag = 0x0008103E
	tagPatientName         tag = 0x00100010
	tagPatientID           tag = 0x00100020
	tagBirthDate           tag = 0x00100030
	tagSex                 tag = 0x00100040
	tagAge                 tag = 0x00101010
	tagBodyPart            tag = 0x00180015
	tagSliceThickness      tag = 0x00180050
	tagEchoTime            tag = 0x00180081
	tagSpacingBetween      tag = 0x00180088
	tagProtocol            tag = 0x00181030
	tagFrameTime           tag = 0x00181063
	tagCineRate            tag = 0x00180040
	tagImageType           tag = 0x00080008
	tagSeriesDate          tag = 0x00080021
	tagSeriesTime          tag = 0x00080031
	tagContentTime         tag = 0x00080033
	tagManufacturer        tag = 0x00080070
	tagDisplayFrameRate    tag = 0x00082144
	tagAcquisitionNumber   tag = 0x00200012
	tagImagePosition       tag = 0x00200032
	tagFrameOfReference    tag = 0x00200052
	tagTemporalPosition    tag = 0x00200100
	tagPixelPresentation   tag = 0x00089205
	tagMagnification       tag = 0x00181114
	tagImagerSpacing       tag = 0x00181164
	tagViewPosition        tag = 0x00185101
	tagRegions             tag = 0x00186011
	tagStudyUID            tag = 0x0020000D
	tagSeriesUID           tag = 0x0020000E
	tagSeriesNumber        tag = 0x00200011
	tagInstanceNumber      tag = 0x00200013
	tagPatientOrientation  tag = 0x00200020
	tagImageOrientation    tag = 0x00200037
	tagLaterality          tag = 0x00200060
	tagImageLaterality     tag = 0x00200062
	tagSliceLocation       tag = 0x00201041
	tagSamples             tag = 0x00280002
	tagPhotometric         tag = 0x00280004
	tagPlanar              tag = 0x00280006
	tagFrames              tag = 0x00280008
	tagRows                tag = 0x00280010
	tagColumns             tag = 0x00280011
	tagPixelSpacing        tag = 0x00280030
	tagBitsAllocated       tag = 0x00280100
	tagBitsStored          tag = 0x00280101
	tagHighBit             tag = 0x00280102
	tagPixelRepresentation tag = 0x00280103
	tagPadding             tag = 0x00280120
	tagPaddingLimit        tag = 0x00280121
	tagBurnedIn            tag = 0x00280301
	tagSpacingCalibration  tag = 0x00280A02
	tagWindowCentre        tag = 0x00281050
	tagWindowWidth         tag = 0x00281051
	tagIntercept           tag = 0x00281052
	tagSlope               tag = 0x00281053
	tagRescaleType         tag = 0x00281054
	tagWindowExplanation   tag = 0x00281055
	tagVOIFunction         tag = 0x00281056
	tagLossy               tag = 0x00282110
	tagLossyRatio          tag = 0x00282112
	tagLossyMethod         tag = 0x00282114
	tagPresentationShape   tag = 0x20500020

	// Palettes; green and blue follow red.
	tagRedDescriptor tag = 0x00281101
	tagRedData       tag = 0x00281201
	tagRedSegmented  tag = 0x00281221

	tagModalityLUTs   tag = 0x00283000
	tagViewCodes      tag = 0x00540220
	tagVOILUTs        tag = 0x00283010
	tagSharedGroups   tag = 0x52009229
	tagPerFrameGroups tag = 0x52009230

	// Within the sequences.
	tagRegionMinX               tag = 0x00186018
	tagRegionMinY               tag = 0x0018601A
	tagRegionMaxX               tag = 0x0018601C
	tagRegionMaxY               tag = 0x0018601E
	tagRegionUnitsX             tag = 0x00186024
	tagRegionUnitsY             tag = 0x00186026
	tagRegionDeltaX             tag = 0x0018602C
	tagRegionDeltaY             tag = 0x0018602E
	tagCodeMeaning              tag = 0x00080104
	tagLUTDescriptor            tag = 0x00283002
	tagLUTExplanation           tag = 0x00283003
	tagLUTData                  tag = 0x00283006
	tagPixelMeasures            tag = 0x00289110
	tagPlaneOrientation         tag = 0x00209116
	tagFrameVOILUT              tag = 0x00289132
	tagPlanePosition            tag = 0x00209113
	tagFrameContent             tag = 0x00209111
	tagStackID                  tag = 0x00209056
	tagInStackPosition          tag = 0x00209057
	tagTemporalIndex            tag = 0x00209128
	tagDimensionIndices         tag = 0x00209157
	tagPixelValueTransformation tag = 0x00289145

	tagDocument       tag = 0x00420011 // Encapsulated Document
	tagTransferSyntax tag = 0x00020010
	tagOffsets        tag = 0x7FE00001 // Extended Offset Table
	tagOffsetLengths  tag = 0x7FE00002 // Extended Offset Table Lengths
	tagFloatPixels    tag = 0x7FE00008
	tagDoublePixels   tag = 0x7FE00009
	tagPixels         tag = 0x7FE00010
)

// wanted names the attributes kept while walking over a data set.
var wanted = map[tag]part{
	tagCharacterSet:        wholeValue,
	tagSOPClass:            wholeValue,
	tagSOPInstance:         wholeValue,
	tagStudyDate:           wholeValue,
	tagStudyTime:           wholeValue,
	tagAccession:           wholeValue,
	tagModality:            wholeValue,
	tagInstitution:         wholeValue,
	tagStudyDescription:    wholeValue,
	tagSeriesDescription:   wholeValue,
	tagPatientName:         wholeValue,
	tagPatientID:           wholeValue,
	tagBirthDate:           wholeValue,
	tagSex:                 wholeValue,
	tagAge:                 wholeValue,
	tagBodyPart:            wholeValue,
	tagSliceThickness:      wholeValue,
	tagMagnification:       wholeValue,
	tagImagerSpacing:       wholeValue,
	tagViewPosition:        wholeValue,
	tagStudyUID:            wholeValue,
	tagSeriesUID:           wholeValue,
	tagSeriesNumber:        wholeValue,
	tagInstanceNumber:      wholeValue,
	tagPatientOrientation:  wholeValue,
	tagImageOrientation:    wholeValue,
	tagLaterality:          wholeValue,
	tagImageLaterality:     wholeValue,
	tagSliceLocation:       wholeValue,
	tagSamples:             wholeValue,
	tagPhotometric:         wholeValue,
	tagPlanar:              wholeValue,
	tagFrames:              wholeValue,
	tagRows:                wholeValue,
	tagColumns:             wholeValue,
	tagPixelSpacing:        wholeValue,
	tagBitsAllocated:       wholeValue,
	tagBitsStored:          wholeValue,
	tagHighBit:             wholeValue,
	tagPixelRepresentation: wholeValue,
	tagPadding:             wholeValue,
	tagPaddingLimit:        wholeValue,
	tagBurnedIn:            wholeValue,
	tagSpacingCalibration:  wholeValue,
	tagWindowCentre:        wholeValue,
	tagWindowWidth:         wholeValue,
	tagIntercept:           wholeValue,
	tagSlope:               wholeValue,
	tagRescaleType:         wholeValue,
	tagWindowExplanation:   wholeValue,
	tagVOIFunction:         wholeValue,
	tagLossy:               wholeValue,
	tagLossyRatio:          wholeValue,
	tagLossyMethod:         wholeValue,
	tagPresentationShape:   wholeValue,
	tagModalityLUTs:        wholeSequence,
	tagViewCodes:           wholeSequence,
	tagRegions:             wholeSequence,
	tagEchoTime:            wholeValue,
	tagSpacingBetween:      wholeValue,
	tagProtocol:            wholeValue,
	tagFrameTime:           wholeValue,
	tagCineRate:            wholeValue,
	tagImageType:           wholeValue,
	tagSeriesDate:          wholeValue,
	tagSeriesTime:          wholeValue,
	tagContentTime:         wholeValue,
	tagManufacturer:        wholeValue,
	tagDisplayFrameRate:    wholeValue,
	tagAcquisitionNumber:   wholeValue,
	tagImagePosition:       wholeValue,
	tagFrameOfReference:    wholeValue,
	tagTemporalPosition:    wholeValue,
	tagPixelPresentation:   wholeValue,
	tagRedDescriptor:       wholeValue,
	tagRedDescriptor + 1:   wholeValue,
	tagRedDescriptor + 2:   wholeValue,
	tagRedData:             longValue,
	tagRedData + 1:         longValue,
	tagRedData + 2:         longValue,
	tagRedSegmented:        longValue,
	tagRedSegmented + 1:    longValue,
	tagRedSegmented + 2:    longValue,
	tagOffsets:             longValue,
	tagOffsetLengths:       longValue,
	tagVOILUTs:             wholeSequence,
	tagSharedGroups:        firstItem,
	tagPerFrameGroups:      firstItem,
}
